// Runs beside the page, once. Before its first number and its first date a browser looks through
// all languages it knows, which takes a slow one over a tenth of a second; the page need not do it
// again.

new Intl.NumberFormat();
new Intl.DateTimeFormat();
close();
