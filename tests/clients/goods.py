"""What the clients buy: enough mugs for all of them, and one of which somebody wants two."""

from shop import post

post("/products", {"name": "Blue mug", "price": "9.95", "stock": 100})
post("/products", {"name": "Last mug", "price": "9.95", "stock": 1})
