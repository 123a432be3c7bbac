// Shared by every map on the page, and outliving each: a page left and visited again looks the same.
const shared = (globalThis[Symbol.for("diversity.map")] ??= {
  maps: new Map(), // key -> ScatterMap now on the page
  views: new Map(), // key -> where the reader had been
  bytes: new Map(), // address -> promise of the points fetched from it
  askers: new Map(), // key -> function that asks Python for a row's text
});
