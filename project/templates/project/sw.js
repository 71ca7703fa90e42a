/* Shows the prepared page when a page cannot be had. It keeps that page and its files, which are
   the same for everybody; pages of a person and answers of the API never come in here. */
"use strict";

const SHELF = "offline {{ LANGUAGE_CODE }}";
const PAGE = "{% url 'offline' %}";
const FILES = [{% for file in files %}"{{ file }}", {% endfor %}];

self.addEventListener("install", (event) => {
  const fresh = [PAGE, ...FILES].map((address) => new Request(address, { cache: "reload" }));
  event.waitUntil(
    caches.open(SHELF).then((shelf) => shelf.addAll(fresh)).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const forget = (names) =>
    Promise.all(names.filter((name) => name !== SHELF).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const path = new URL(request.url).pathname;
  const kept = FILES.includes(path) ? path : request.mode === "navigate" ? PAGE : null;
  if (request.method === "GET" && kept && !path.startsWith("/api/")) {
    event.respondWith(fetch(request).catch(() => caches.match(kept)));
  }
});
