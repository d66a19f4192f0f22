// Buys with the client that openapi-generator makes for Go (`go`).
package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"

	"shop/tillbox"
)

var shop = os.Getenv("URL")

func main() {
	guest, ctx := client(), context.Background()
	page, _, err := guest.ProductsAPI.ListProducts(ctx).Sort("name").Execute()
	good(err)
	mug, last := page.Data[0], page.Data[1]

	found, _, err := guest.ProductsAPI.ListProducts(ctx).Q("BLU mu").Execute()
	good(err)
	same(len(found.Data), 1)
	same(found.Data[0].Id, mug.Id)

	picture, err := os.Open(os.Getenv("PICTURE"))
	good(err)
	keeper := context.WithValue(ctx, tillbox.ContextAccessToken, os.Getenv("ADMIN_KEY"))
	add := guest.ProductsAPI.CreateProductImage(keeper, mug.Id).Body(picture).Alt("A mug")
	image, _, err := add.Execute()
	good(err)
	same(image.Alt, "A mug")
	same(image.Width, int64(2))

	lines := []tillbox.OrderLineInput{*tillbox.NewOrderLineInput(mug.Id, 2)}
	basket := *tillbox.NewQuoteInput(lines)
	quote, _, err := guest.OrdersAPI.CreateQuote(ctx).QuoteInput(basket).Execute()
	good(err)
	same(quote.Total, "19.90")

	wanted := tillbox.NewOrderInput(lines)
	wanted.SetCustomer(*tillbox.NewGuestInput("Ana Søs", "ana@example.org"))
	wanted.SetExpectedTotal(quote.Total)
	place := guest.OrdersAPI.PlaceOrder(ctx).OrderInput(*wanted).IdempotencyKey("go")
	order, _, err := place.Execute()
	good(err)
	again, _, err := place.Execute()
	good(err)
	same(again.Id, order.Id)
	same(order.Total, "19.90")

	holder := context.WithValue(ctx, tillbox.ContextAccessToken, order.Token)
	own, _, err := guest.OrdersAPI.ReadOrder(holder, order.Id).Execute()
	good(err)
	same(own.Number, order.Number)
	same(own.Customer.GetName(), "Ana Søs")
	same(own.CreatedAt, order.CreatedAt)

	address, err := url.Parse(order.TrackingUrl)
	good(err)
	token := address.Query().Get("token")
	track, _, err := guest.OrdersAPI.TrackOrder(ctx, order.Id).Token(token).Execute()
	good(err)
	same(track.Status, tillbox.TrackPlaced)

	more := tillbox.NewOrderInput([]tillbox.OrderLineInput{*tillbox.NewOrderLineInput(last.Id, 2)})
	more.Customer = wanted.Customer
	_, _, err = guest.OrdersAPI.PlaceOrder(ctx).OrderInput(*more).Execute()
	var refused *tillbox.GenericOpenAPIError
	if !errors.As(err, &refused) {
		panic("More was sold than there is.")
	}
	problem := refused.Model().(tillbox.Problem)
	same(problem.Status, int32(409))
	same(problem.Code, "out_of_stock")
	same(problem.Errors[0].GetPointer(), "/items/0/quantity")
	same(problem.Errors[0].GetAvailable(), int64(1))
}

func client() *tillbox.APIClient {
	configuration := tillbox.NewConfiguration()
	configuration.Servers = tillbox.ServerConfigurations{{URL: shop}}
	return tillbox.NewAPIClient(configuration)
}

func same(got, wanted any) {
	if got != wanted {
		panic(fmt.Sprintf("It is %v, not %v.", got, wanted))
	}
}

func good(err error) {
	if err != nil {
		panic(err)
	}
}
