/* What pages do with JavaScript; each works without it. */
"use strict";

/* A form that is on its way is not sent twice; the server would count it once anyway. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-once]")) {
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-disabled", "true");
    }
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  }
});

/* Back from another page, a form may be sent again. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) {
      button.removeAttribute("aria-disabled");
    }
  }
});

/* An address says what is asked for, and nothing of what is not. */
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") {
    for (const name of [...event.detail.parameters.keys()]) {
      const said = event.detail.parameters.getAll(name).filter((value) => value !== "");
      event.detail.parameters.delete(name);
      said.forEach((value) => event.detail.parameters.append(name, value));
    }
  }
});

/* What showed more is gone with its click: the reader goes on at the first of it. Who went elsewhere
   meanwhile is left there. */
document.addEventListener("htmx:load", (event) => {
  if (document.activeElement === document.body) {
    event.detail.elt.querySelector("[data-goes-on]")?.focus();
  }
});

/* A click that htmx could not carry out is answered in words. What looks for news by itself is
   silent: it looks again. */
const looksByItself = (event) => event.detail.requestConfig?.triggeringEvent?.type === "look";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.isError && looksByItself(event)) {
    event.detail.shouldSwap = false;
  }
});

document.addEventListener("htmx:sendError", (event) => {
  if (!looksByItself(event)) {
    const status = document.getElementById("status");
    const notice = document.createElement("p");
    notice.className = "notice bad";
    notice.textContent = status.dataset.away;
    status.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  }
});

/* Shows the offline page when a page cannot be had. It keeps nothing that is personal. */
if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
