// Buys with the client that openapi-generator makes for Java (`java`, library `native`).

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.OrdersApi;
import org.openapitools.client.api.ProductsApi;
import org.openapitools.client.model.GuestInput;
import org.openapitools.client.model.OrderInput;
import org.openapitools.client.model.OrderLineInput;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.QuoteInput;
import org.openapitools.client.model.TrackStatus;

class Buy {
    static final String SHOP = System.getenv("URL");

    public static void main(String[] arguments) throws Exception {
        var orders = new OrdersApi(client(null));
        var page = new ProductsApi(client(null)).listProducts(
                null, null, null, null, null, null, null, null, null, null, null, null, "name", null,
                null, null, null, null, null);
        var mug = page.getData().get(0);
        var last = page.getData().get(1);

        var found = new ProductsApi(client(null)).listProducts(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, "BLU mu", null).getData();
        same(found.size(), 1);
        same(found.get(0).getId(), mug.getId());

        var sender = client(System.getenv("ADMIN_KEY"));
        sender.setObjectMapper(new Raw());
        var keeper = new ProductsApi(sender);
        var picture = new File(System.getenv("PICTURE"));
        var image = keeper.createProductImage(mug.getId(), picture, null, "A mug", null);
        same(image.getAlt(), "A mug");
        same(image.getWidth(), 2L);

        var lines = List.of(new OrderLineInput().productId(mug.getId()).quantity(2));
        var quote = orders.createQuote(new QuoteInput().items(lines));
        same(quote.getTotal(), "19.90");

        var ana = new GuestInput().name("Ana Søs").email("ana@example.org");
        var wanted = new OrderInput().items(lines).customer(ana).expectedTotal(quote.getTotal());
        var order = orders.placeOrder(wanted, "java");
        same(orders.placeOrder(wanted, "java").getId(), order.getId());
        same(order.getTotal(), "19.90");

        var own = new OrdersApi(client(order.getToken())).readOrder(order.getId(), null);
        same(own.getNumber(), order.getNumber());
        same(own.getCustomer().getName(), "Ana Søs");
        same(own.getCreatedAt(), order.getCreatedAt());

        var token = URI.create(order.getTrackingUrl()).getQuery().replace("token=", "");
        same(orders.trackOrder(order.getId(), token).getStatus(), TrackStatus.TrackPlaced);

        var more = List.of(new OrderLineInput().productId(last.getId()).quantity(2));
        try {
            orders.placeOrder(new OrderInput().items(more).customer(ana), null);
        } catch (ApiException refused) {
            var body = refused.getResponseBody();
            var problem = ApiClient.createDefaultObjectMapper().readValue(body, Problem.class);
            same(problem.getStatus(), 409);
            same(problem.getCode(), "out_of_stock");
            same(problem.getErrors().get(0).getPointer(), "/items/0/quantity");
            same(problem.getErrors().get(0).getAvailable(), 1L);
            return;
        }
        throw new AssertionError("More was sold than there is.");
    }

    /** The generator sends every body as JSON, a file as its name; this sends what is in it. */
    static class Raw extends ObjectMapper {
        Raw() {
            super(ApiClient.createDefaultObjectMapper());
        }

        @Override
        public ObjectMapper copy() {
            return new Raw();
        }

        @Override
        public byte[] writeValueAsBytes(Object value) throws JsonProcessingException {
            if (!(value instanceof File file)) {
                return super.writeValueAsBytes(value);
            }
            try {
                return Files.readAllBytes(file.toPath());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    static ApiClient client(String token) {
        var client = new ApiClient();
        client.updateBaseUri(SHOP);
        if (token != null) {
            client.setRequestInterceptor(
                    request -> request.header("Authorization", "Bearer " + token));
        }
        return client;
    }

    static void same(Object got, Object wanted) {
        if (!Objects.equals(got, wanted)) {
            throw new AssertionError("It is " + got + ", not " + wanted + ".");
        }
    }
}
