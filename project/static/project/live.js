/* Keeps the numbers of an open page true: told by WebSocket, or asking now and then without it. */
"use strict";

(() => {
  const ASK = 8000;
  const LOOK = 4000;
  const LOOK_AT_REST = 30000;
  const FIRST_WAIT = 1000;
  const LONGEST_WAIT = 30000;
  const HIDDEN = 60000;
  const SCHEDULER = 45000;
  const MOST = 200;
  const SPREAD = 2000;
  const COME_AGAIN = 4205;
  const STRANGER = 4401;

  const address = document.body.dataset.liveUrl;
  const status = document.getElementById("live-status");
  let socket = null;
  let told = false; // whether the socket brings news
  let watched = "";
  let wait = FIRST_WAIT;
  let again = 0;
  let scheduler = 0;
  let asking = 0;
  let looking = 0;
  let hidden = 0;
  let refused = false;
  let heard = false;

  const jittered = (time) => time * (0.75 + Math.random() / 2);
  const followed = () => [...document.querySelectorAll("[data-look]")];
  const isPending = () => followed().some((one) => one.dataset.look.startsWith("registration:"));
  const sections = () => {
    const all = [...document.querySelectorAll("[data-section]")];
    const ids = all.filter((one) => one.querySelector("[data-live]"))
      .map((one) => Number(one.dataset.section)).filter((id) => id > 0);
    return [...new Set(ids)].slice(0, MOST);
  };

  const put = (place, text) => {
    if (place.textContent.trim() !== text) {
      place.textContent = text;
      place.classList.remove("changed");
      void place.offsetWidth; // else it would not begin anew
      place.classList.add("changed");
      setTimeout(() => place.classList.remove("changed"), 2000);
    }
  };

  const show = (id, free, waiting) => {
    for (const seats of document.querySelectorAll(`[data-section="${Number(id)}"]`)) {
      for (const place of seats.querySelectorAll("[data-live]")) {
        const value = place.dataset.live === "free" ? free : waiting;
        if (value !== null && value !== undefined) {
          put(place, String(value));
        }
      }
    }
  };

  const look = (isMeant) => {
    for (const one of followed()) {
      if (isMeant(one.dataset.look)) {
        window.htmx?.trigger(one, "look");
      }
    }
  };

  const hear = (said) => {
    for (const [id, [free, waiting]] of Object.entries(said.seats ?? {})) {
      show(id, free, waiting);
    }
    if (said.registration) {
      look((what) => what === `registration:${said.registration}`);
    }
    if (said.inbox) {
      look((what) => what === "inbox");
    }
    if (said.live !== undefined) {
      turn(said.live);
    }
    if (said.live) { // what moved while nobody told us; later on not all pages at once
      setTimeout(() => look(() => true), heard ? Math.random() * SPREAD : 0);
      heard = true;
    }
  };

  /* Without news by the socket the page asks by itself, and says so. */
  const turn = (isTold) => {
    told = isTold;
    const isDue = !told && !document.hidden && hasSomething();
    if (isDue && asking) {
      return; // a try to reconnect that was in vain puts no asking off
    }
    clearTimeout(asking);
    clearTimeout(looking);
    asking = looking = 0;
    if (isDue) {
      asking = setTimeout(ask, jittered(ASK));
      lookLater();
    }
    say();
  };

  const say = () => {
    const text = asking ? status?.dataset.off : "";
    if (status && status.textContent !== text) {
      status.textContent = text;
    }
  };

  const lookLater = () => {
    looking = setTimeout(() => {
      look(() => true);
      lookLater();
    }, jittered(isPending() ? LOOK : LOOK_AT_REST));
  };

  const ask = async () => {
    const ids = sections();
    try {
      if (ids.length) {
        const answer = await fetch(`/seats/?ids=${ids.join(",")}`);
        if (answer.ok && !answer.redirected) {
          for (const [id, seats] of Object.entries(await answer.json())) {
            show(id, seats.free, seats.waiting);
          }
        }
      }
    } catch {
      /* away: asked again soon */
    }
    if (asking) {
      asking = setTimeout(ask, jittered(ASK));
    }
  };

  const hasSomething = () => sections().length > 0 || followed().length > 0;

  /* What is on the page now; the answer has its state, so what was missed comes too. */
  const watch = () => {
    const ids = sections();
    const wanted = ids.join();
    if (socket?.readyState === WebSocket.OPEN && wanted !== watched) {
      watched = wanted;
      socket.send(JSON.stringify({ watch: ids }));
    }
  };

  const watchAnew = () => {
    watched = null;
    watch();
  };

  const open = () => {
    clearTimeout(again);
    if (socket || refused || !address || document.hidden || !hasSomething()) {
      return;
    }
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const mine = socket = new WebSocket(url);
    const late = setTimeout(() => { // asking meanwhile, where it is open and waits to be let in
      if (mine.readyState === WebSocket.OPEN) {
        turn(false);
      } else {
        mine.close();
      }
    }, ASK);
    mine.onopen = () => {
      scheduler = setInterval(watchAnew, SCHEDULER); // so that nobody between us takes it for dead
      watchAnew();
    };
    mine.onmessage = (event) => {
      clearTimeout(late);
      wait = FIRST_WAIT;
      hear(JSON.parse(event.data));
    };
    mine.onclose = (event) => {
      clearTimeout(late);
      if (socket === mine) {
        clearInterval(scheduler);
        socket = null;
        refused = event.code === STRANGER;
        later(event.code === COME_AGAIN);
      }
    };
  };

  const later = (isAsked) => {
    if (!isAsked) {
      turn(false);
    }
    again = setTimeout(open, jittered(wait));
    wait = Math.min(LONGEST_WAIT, wait * 2);
  };

  const pause = () => {
    const old = socket;
    socket = null;
    clearInterval(scheduler);
    old?.close();
    clearTimeout(again);
    turn(false);
  };

  const scan = () => {
    if (socket) {
      watch();
    } else if (hasSomething() !== Boolean(asking)) {
      turn(false);
      open();
    }
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) {
      hidden = setTimeout(pause, HIDDEN);
    } else if (!socket) {
      wait = FIRST_WAIT;
      turn(false);
      open();
      look(() => true);
    }
  });
  /* Nobody tells the same news twice: what could not be had now is tried again. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const what = event.detail.elt.dataset.look;
    if (what && told && !event.detail.successful) {
      setTimeout(() => look((one) => one === what), jittered(LOOK));
    }
  });
  document.addEventListener("htmx:afterSwap", scan);
  window.addEventListener("pagehide", pause);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  open();
})();
