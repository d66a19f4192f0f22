"""What the clients buy: enough mugs for all of them, and one of which somebody wants two. And a
picture that each of them sends, in the file PICTURE."""

import os
import pathlib

from shop import PICTURE, post

post("/products", {"name": "Blue mug", "price": "9.95", "stock": 100})
post("/products", {"name": "Last mug", "price": "9.95", "stock": 1})
pathlib.Path(os.environ["PICTURE"]).write_bytes(PICTURE)
