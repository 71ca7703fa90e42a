/* What pages do with JavaScript; each works without it. */
"use strict";

/* A form is not sent again while it is being sent; the server would count it once anyway. */
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

/* Leave empty parameters out of the address. */
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") {
    for (const name of [...event.detail.parameters.keys()]) {
      const filled = event.detail.parameters.getAll(name).filter((value) => value !== "");
      event.detail.parameters.delete(name);
      filled.forEach((value) => event.detail.parameters.append(name, value));
    }
  }
});

/* The button that loads more rows is gone once it was clicked: move the focus to the first new row,
   unless the reader has moved it meanwhile. */
document.addEventListener("htmx:load", (event) => {
  if (document.activeElement === document.body) {
    event.detail.elt.querySelector("[data-goes-on]")?.focus();
  }
});

/* Show a notice where a click failed. A part that refreshes itself fails in silence: it tries
   again. */
const isOwnRefresh = (event) => event.detail.requestConfig?.triggeringEvent?.type === "look";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.isError && isOwnRefresh(event)) {
    event.detail.shouldSwap = false;
  }
});

document.addEventListener("htmx:sendError", (event) => {
  if (!isOwnRefresh(event)) {
    const status = document.getElementById("status");
    const notice = document.createElement("p");
    notice.className = "notice bad";
    notice.textContent = status.dataset.away;
    status.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  }
});

/* Shows the offline page when the site cannot be reached. It caches nothing personal. */
if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
