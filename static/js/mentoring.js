// Small comforts. Every page does its whole work without them.
"use strict";

// A form is sent once: a second press while the first is under way does nothing.
const release = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
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
