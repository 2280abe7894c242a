// Keeps the page for no connection and what it is made of. Nothing that was made for somebody is kept.
"use strict";

const KEPT = "{{ version|escapejs }}";
const OFFLINE = "{{ offline|escapejs }}";
const FILES = [{% for path in kept %}"{{ path|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

// Asked for without cookies: what is kept is what anybody would get.
const fetched = async (cache, path) => {
  const answer = await fetch(path, { credentials: "omit", cache: "no-cache" });
  if (!answer.ok) throw new Error(path);
  await cache.put(path, answer);
};

const keep = async () => {
  const cache = await caches.open(KEPT);
  await Promise.all([OFFLINE, ...FILES].map((path) => fetched(cache, path)));
};

const forget = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
};

const kept = async (path) => (await caches.match(path)) || Response.error();

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => event.waitUntil(forget()));

// Going back to the answer of a form that was sent fails with a connection too: the browser alone may ask whether to
// send it again, and the page for no connection would say what is not so. Where the browser does not tell whether a
// form is sent or gone back to, no form is answered.
const isLeftToTheBrowser = (request) =>
  request.cache === "only-if-cached" ||
  request.isHistoryNavigation === true ||
  (request.method !== "GET" && request.isHistoryNavigation !== false);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin || isLeftToTheBrowser(request)) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => kept(OFFLINE)));
  } else if (request.method === "GET" && FILES.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => kept(url.pathname)));
  }
});
