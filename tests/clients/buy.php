<?php
// Buys with the client that openapi-generator makes for PHP (`php`).

use Tillbox\Api\OrdersApi;
use Tillbox\Api\ProductsApi;
use Tillbox\ApiException;
use Tillbox\Configuration;
use Tillbox\Model\GuestInput;
use Tillbox\Model\OrderInput;
use Tillbox\Model\OrderLineInput;
use Tillbox\Model\QuoteInput;
use Tillbox\Model\TrackStatus;

require 'GuzzleHttp/autoload.php';
error_reporting(E_ALL);
set_error_handler(function (int $level, string $said): never {
    throw new Exception($said);
});
spl_autoload_register(function (string $class): void {
    $file = 'tillbox/lib/' . strtr(substr($class, strlen('Tillbox\\')), '\\', '/') . '.php';
    if (is_file($file)) {
        require $file;
    }
});

function shop(?string $token = null): Configuration
{
    $configuration = (new Configuration())->setHost(getenv('URL'));
    return $token === null ? $configuration : $configuration->setAccessToken($token);
}

function same(mixed $got, mixed $wanted): void
{
    if ($got !== $wanted) {
        throw new Exception('It is ' . json_encode($got) . ', not ' . json_encode($wanted) . '.');
    }
}

$products = new ProductsApi(config: shop());
$orders = new OrdersApi(config: shop());
[$mug, $last] = $products->listProducts(sort: 'name')->getData();

$found = $products->listProducts(q: 'BLU mu')->getData();
same(array_map(fn ($it) => $it->getId(), $found), [$mug->getId()]);

$keeper = new ProductsApi(config: shop(getenv('ADMIN_KEY')));
$picture = file_get_contents(getenv('PICTURE'));
$image = $keeper->createProductImage($mug->getId(), $picture, alt: 'A mug');
same([$image->getAlt(), $image->getWidth()], ['A mug', 2]);

$items = [new OrderLineInput(['product_id' => $mug->getId(), 'quantity' => 2])];
$quote = $orders->createQuote(new QuoteInput(['items' => $items]));
same($quote->getTotal(), '19.90');

$customer = new GuestInput(['name' => 'Ana Søs', 'email' => 'ana@example.org']);
$wanted = new OrderInput(['items' => $items, 'customer' => $customer]);
$wanted->setExpectedTotal($quote->getTotal());
$order = $orders->placeOrder($wanted, 'php');
same($orders->placeOrder($wanted, 'php')->getId(), $order->getId());
same($order->getTotal(), '19.90');

$own = (new OrdersApi(config: shop($order->getToken())))->readOrder($order->getId());
same($own->getNumber(), $order->getNumber());
same($own->getCustomer()->getName(), 'Ana Søs');
same($own->getCreatedAt()->getTimestamp(), $order->getCreatedAt()->getTimestamp());

parse_str(parse_url($order->getTrackingUrl(), PHP_URL_QUERY), $query);
$track = $orders->trackOrder($order->getId(), $query['token']);
same($track->getStatus(), TrackStatus::TRACK_PLACED);

$items = [new OrderLineInput(['product_id' => $last->getId(), 'quantity' => 2])];
try {
    $orders->placeOrder(new OrderInput(['items' => $items, 'customer' => $customer]));
    $refused = null;
} catch (ApiException $refused) {
}
$problem = $refused?->getResponseObject();
same($problem?->getStatus(), 409);
same($problem->getCode(), 'out_of_stock');
same($problem->getErrors()[0]->getPointer(), '/items/0/quantity');
same($problem->getErrors()[0]->getAvailable(), 1);
