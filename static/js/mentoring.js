// Small comforts. Every page does its whole work without them.
"use strict";

// A form is sent once: a second press while the first is under way does nothing.
const release = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
};

// Without a connection nothing is sent, and what was entered stays. A form that can be kept is outbox.js's.
// A browser that says "offline" may still reach a server on its own machine: so we try.
const reachable = () => fetch("/health/", { cache: "no-store" }).then(() => true, () => false);

const sayUnsent = (form, words) => {
  if (!form.querySelector(":scope > [role=alert]")) form.prepend(words.content.cloneNode(true));
  form.querySelector(":scope > [role=alert]").scrollIntoView({ block: "center" });
};

const stay = (event) => {
  const form = event.target;
  const words = document.getElementById("no-connection");
  const isFine = navigator.onLine || form.dataset.reached || form.method !== "post" || form.matches("[data-outbox]");
  if (isFine || !words) return false;
  event.preventDefault();
  reachable().then((reached) => {
    if (!reached) return sayUnsent(form, words);
    form.dataset.reached = "yes";
    form.requestSubmit(event.submitter);
  });
  return true;
};

window.addEventListener("online", () => document.querySelectorAll("form > [role=alert]").forEach((each) => each.remove()));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (stay(event) || !form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
  // An answer that is a file leaves the page as it is.
  setTimeout(() => release(form), 8000);
});

// Coming back by the back button, it can be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// "/" goes to the search box, unless one is writing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const box = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!box) return;
  event.preventDefault();
  box.focus();
});

// The account menu closes when one leaves it.
document.querySelectorAll("details.menu").forEach((menu) => {
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// How many rows of a list are chosen, on the button that acts on them.
document.querySelectorAll("[data-many-count]").forEach((place) => {
  const form = place.closest("form");
  const count = () => {
    const chosen = form.querySelectorAll('input[name="pk"]:checked').length;
    place.textContent = chosen ? ` (${chosen} ${place.dataset.manyCount})` : "";
  };
  form.addEventListener("change", count);
  window.addEventListener("pageshow", count);
});

// Errors are where one should be looking first.
document.querySelector("[data-focus]")?.focus();

// A long job is looked at again until it is finished.
const look = async (job) => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById(job.id);
  if (!next) return location.reload();
  job.replaceWith(next);
  watch(next);
};

const watch = (job) => {
  const seconds = Number(job?.dataset.refresh);
  if (seconds) setTimeout(() => look(job).catch(() => watch(job)), seconds * 1000);
};

watch(document.getElementById("job"));

// Who works with other people's details is signed out when away. It is said two minutes before, and writing counts
// as being here.
const idle = document.getElementById("idle");
if (idle) {
  const form = idle.querySelector("form");
  const words = idle.querySelector("p");
  const before = words.textContent;
  const length = Number(idle.dataset.idle) * 1000;
  let last = Date.now();
  let wrote = 0;
  const stay = async () => {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (answer.status !== 204) return;
    last = Date.now();
    idle.hidden = true;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    stay().catch(() => {});
  });
  document.addEventListener("input", () => { wrote = Date.now(); });
  setInterval(() => {
    const away = Date.now() - last;
    if (away >= length) {
      words.textContent = idle.dataset.over;
      form.hidden = true;
      idle.hidden = false;
    } else if (wrote > last && away > 300000) {
      stay().catch(() => {});
    } else if (away > length - 120000) {
      words.textContent = before;
      idle.hidden = false;
    }
  }, 15000);
}

// The page for signing in looks for what this phone keeps only if it keeps anything.
const keeps = async () => !indexedDB.databases || (await indexedDB.databases()).some(({ name }) => name === "mentoring");
const outboxScript = document.querySelector("#outbox[data-script]")?.dataset.script;
if (outboxScript) {
  keeps().then((is) => is && document.head.append(Object.assign(document.createElement("script"), { src: outboxScript })));
}
