// A contact logged without a connection is kept on this phone, and sent once when there is one again.
// Kept are keys, choices and a day: no name, no note. Signing out deletes everything.
"use strict";

const outbox = document.getElementById("outbox");
const said = document.getElementById("outbox-said");
const LATER = 30000;

const stored = new Promise((resolve, reject) => {
  const asked = indexedDB.open("mentoring", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("contacts", { keyPath: "key" });
    asked.result.createObjectStore("about");
  };
  asked.onsuccess = () => {
    // Signing out in another tab deletes it.
    asked.result.onversionchange = () => asked.result.close();
    resolve(asked.result);
  };
  asked.onerror = () => reject(asked.error);
});
stored.catch(() => {});

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
const store = async (name, mode) => (await stored).transaction(name, mode).objectStore(name);
const all = async () => done((await store("contacts", "readonly")).getAll());
const one = async (key) => done((await store("contacts", "readonly")).get(key));
const put = async (entry) => done((await store("contacts", "readwrite")).put(entry));
const drop = async (key) => done((await store("contacts", "readwrite")).delete(key));
const owner = async () => (await done((await store("about", "readonly")).get("owner"))) || "";

const word = (name) => outbox.querySelector(`[data-word="${name}"]`).content.textContent;
const say = (text, tone = "good") => {
  const notice = document.createElement("p");
  notice.className = `notice notice--${tone}`;
  notice.textContent = text;
  said.replaceChildren(notice);
};

// What is shown. Why the server would not have one is not kept: it may name somebody.

const refused = new Map();
const isMine = (entry) => !outbox.dataset.owner || entry.owner === outbox.dataset.owner;

const described = (entry) => {
  const [year, month, day] = entry.day.split("-").map(Number);
  const shape = { weekday: "long", day: "numeric", month: "long" };
  const date = new Date(year, month - 1, day).toLocaleDateString(document.documentElement.lang, shape);
  const how = outbox.querySelector(`[data-how="${CSS.escape(entry.how)}"]`)?.content.textContent || entry.how;
  return `${date}: ${how}`;
};

const button = (text, press) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-quiet";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
};

const link = (text, entry) => {
  const made = document.createElement("a");
  const address = new URL(outbox.dataset.log, location.href);
  address.search = new URLSearchParams({ how: entry.how, day: entry.day, key: entry.people ? "" : entry.key });
  made.href = address;
  made.textContent = text;
  return made;
};

const item = (entry) => {
  const made = document.createElement("li");
  made.append(described(entry));
  const why = refused.get(entry.key);
  if (why) made.append(`. ${why}`);
  if (entry.people && !why) return made;
  if (outbox.dataset.log) made.append(" ", link(word(entry.people ? "again" : "log"), entry));
  made.append(" ", button(word("drop"), () => drop(entry.key).then(show)));
  return made;
};

// Not the one that is still being filled in on this page.
const waiting = async () => {
  const open = document.querySelector("form[data-outbox]:not([hidden]) [name=form_key]")?.value;
  return (await all()).filter((entry) => isMine(entry) && entry.key !== open);
};

const show = async () => {
  const entries = await waiting();
  outbox.querySelector("ul").replaceChildren(...entries.map(item));
  outbox.hidden = !entries.length;
};

// What is kept

const entryOf = (form) => {
  const data = new FormData(form);
  const everybody = [...form.querySelectorAll("[name=who]")].map((each) => each.value).filter((each) => each !== "all");
  const some = data.getAll("some");
  const who = data.get("who");
  const people = some.length ? some : who === "all" ? everybody : [who];
  const entry = {
    key: data.get("form_key"),
    owner: outbox.dataset.owner,
    people,
    how: data.get("how"),
    day: data.get("day"),
    said: data.get("said") || "",
    topics: data.getAll("topics"),
    signposted: data.getAll("signposted"),
  };
  return who && entry.how && entry.day && entry.key ? entry : null;
};

const keepQuietly = async (form, entry) => {
  await put(entry);
  form.hidden = true;
  outbox.querySelector("[data-another]").hidden = false;
  await show();
  outbox.focus();
};

// Kept first, then sent as every form is: if it does not arrive, it is here; if it does, the server knows its key.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-outbox]") || event.defaultPrevented) return;
  const hasNote = Boolean(form.elements.note?.value.trim());
  if (hasNote && navigator.onLine) return;
  event.preventDefault();
  const entry = entryOf(form);
  const isConnected = navigator.onLine || (await reachable());
  if (!isConnected && (hasNote || !entry)) {
    say(word(hasNote ? "note" : "unclear"), "urgent");
    said.scrollIntoView({ block: "center" });
    return release(form);
  }
  try {
    if (!isConnected) return await keepQuietly(form, entry);
    if (entry && !hasNote) await put(entry);
  } catch (problem) {
    console.debug(problem);
  }
  form.submit();
});

outbox.querySelector("[data-another]").addEventListener("click", (event) => {
  const form = document.querySelector("form[data-outbox]");
  form.reset();
  form.elements.form_key.value = crypto.randomUUID();
  form.hidden = false;
  release(form);
  event.target.hidden = true;
  form.scrollIntoView();
});

// Without a connection and without the form: the day and the way, until somebody says who it was with.
const note = document.getElementById("outbox-note");
const offerNote = async () => {
  if (!note || !(await owner())) return;
  const now = new Date();
  note.elements.day.valueAsDate = new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
  note.elements.day.max = note.elements.day.value;
  note.hidden = false;
};
note?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { how, day } = note.elements;
  if (!day.value) return day.focus();
  await put({ key: crypto.randomUUID(), owner: await owner(), people: null, how: how.value, day: day.value });
  await show();
  outbox.focus();
});

// What is sent

const post = async (entry, token) => {
  const data = new FormData();
  const fields = { ...entry, form_key: entry.key, csrfmiddlewaretoken: token };
  ["key", "owner"].forEach((name) => delete fields[name]);
  Object.entries(fields).forEach(([name, value]) => [value].flat().forEach((each) => data.append(name, each)));
  return fetch(outbox.dataset.kept, { method: "POST", body: data, redirect: "manual" });
};

const sendOne = async (entry, token) => {
  const answer = await post(entry, token);
  if (answer.ok) {
    await drop(entry.key);
    return true;
  }
  if (answer.status !== 400) throw new Error(`not now: ${answer.status}`);
  refused.set(entry.key, (await answer.json()).why);
  return false;
};

const sendAll = async () => {
  const entries = await waiting();
  if (!outbox.dataset.owner || !entries.length) return;
  const keys = entries.map((entry) => ["key", entry.key]);
  const door = await fetch(`${outbox.dataset.kept}?${new URLSearchParams(keys)}`, { redirect: "manual" });
  // Not signed in any more, or as somebody else in another tab: it waits.
  if (!door.ok) return;
  const { mark, token, logged } = await door.json();
  if (mark !== outbox.dataset.owner) return;
  for (const key of logged) await drop(key);
  let sent = 0;
  for (const entry of entries) {
    if (entry.people && !logged.includes(entry.key) && (await sendOne(entry, token))) sent += 1;
  }
  if (sent) say(word("sent"));
};

// One tab at a time; the server knows each key as well.
const send = () => {
  const attempt = () => sendAll().catch(() => {}).then(show);
  if (!navigator.locks) return attempt();
  return navigator.locks.request("outbox", { ifAvailable: true }, (lock) => lock && attempt());
};

const begin = async () => {
  const open = document.querySelector("form[data-outbox] [name=form_key]")?.value;
  const answered = open && (await one(open));
  // The server has looked at it: its answer is on this page.
  if (answered?.people) await drop(open);
  if (outbox.dataset.owner && outbox.dataset.kept && document.querySelector("form[data-outbox]")) {
    (await store("about", "readwrite")).put(outbox.dataset.owner, "owner");
  }
  await offerNote();
  await send();
  await show();
};

const forget = async () => {
  (await stored).close();
  indexedDB.deleteDatabase("mentoring");
};

document.querySelector("form[data-leaves]")?.addEventListener("submit", () => forget().catch(() => {}));
window.addEventListener("online", () => send());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
setInterval(() => !outbox.hidden && send(), LATER);
begin().catch(() => {});
if (outbox.dataset.worker) navigator.serviceWorker?.register(outbox.dataset.worker).catch(() => {});
