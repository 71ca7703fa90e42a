/* Keeps the numbers of an open page current: by WebSocket, or by polling while there is none. */
"use strict";

(() => {
  const POLL = 8000;
  const REFRESH = 4000;
  const REFRESH_AT_REST = 30000;
  const MIN_WAIT = 1000;
  const MAX_WAIT = 30000;
  const CLOSE_WHEN_HIDDEN = 60000;
  const HEARTBEAT = 45000;
  const MAX_SECTIONS = 200;
  const SPREAD = 2000;
  const TRY_LATER = 4205;
  const NOT_SIGNED_IN = 4401;

  const address = document.body.dataset.liveUrl;
  const status = document.getElementById("live-status");
  let socket = null;
  let isLive = false; // whether the server pushes changes
  let watched = "";
  let wait = MIN_WAIT;
  let again = 0;
  let heartbeat = 0;
  let polling = 0;
  let refreshing = 0;
  let hidden = 0;
  let refused = false;
  let hasConnectedBefore = false;

  const jittered = (time) => time * (0.75 + Math.random() / 2);
  const followed = () => [...document.querySelectorAll("[data-look]")];
  const isPending = () => followed().some((one) => one.dataset.look.startsWith("registration:"));
  const sections = () => {
    const all = [...document.querySelectorAll("[data-section]")];
    const ids = all.filter((one) => one.querySelector("[data-live]"))
      .map((one) => Number(one.dataset.section)).filter((id) => id > 0);
    return [...new Set(ids)].slice(0, MAX_SECTIONS);
  };

  const setText = (place, text) => {
    if (place.textContent.trim() !== text) {
      place.textContent = text;
      place.classList.remove("changed");
      void place.offsetWidth; // restarts the animation
      place.classList.add("changed");
      setTimeout(() => place.classList.remove("changed"), 2000);
    }
  };

  const renderSeats = (id, free, waiting) => {
    for (const seats of document.querySelectorAll(`[data-section="${Number(id)}"]`)) {
      for (const place of seats.querySelectorAll("[data-live]")) {
        const value = place.dataset.live === "free" ? free : waiting;
        if (value !== null && value !== undefined) {
          setText(place, String(value));
        }
      }
    }
  };

  const refresh = (isMeant) => {
    for (const one of followed()) {
      if (isMeant(one.dataset.look)) {
        window.htmx?.trigger(one, "look");
      }
    }
  };

  const onMessage = (message) => {
    for (const [id, [free, waiting]] of Object.entries(message.seats ?? {})) {
      renderSeats(id, free, waiting);
    }
    if (message.registration) {
      refresh((what) => what === `registration:${message.registration}`);
    }
    if (message.inbox) {
      refresh((what) => what === "inbox");
    }
    if (message.live !== undefined) {
      setLive(message.live);
    }
    if (message.live) { // fetch what was missed; after a reconnect not all pages at once
      setTimeout(() => refresh(() => true), hasConnectedBefore ? Math.random() * SPREAD : 0);
      hasConnectedBefore = true;
    }
  };

  /* While the server pushes nothing, the page polls and says so. */
  const setLive = (live) => {
    isLive = live;
    const isDue = !isLive && !document.hidden && hasSomething();
    if (isDue && polling) {
      return; // a failed reconnect must not restart the polling timer
    }
    clearTimeout(polling);
    clearTimeout(refreshing);
    polling = refreshing = 0;
    if (isDue) {
      polling = setTimeout(poll, jittered(POLL));
      scheduleRefresh();
    }
    updateStatus();
  };

  const updateStatus = () => {
    const text = polling ? status?.dataset.off : "";
    if (status && status.textContent !== text) {
      status.textContent = text;
    }
  };

  const scheduleRefresh = () => {
    refreshing = setTimeout(() => {
      refresh(() => true);
      scheduleRefresh();
    }, jittered(isPending() ? REFRESH : REFRESH_AT_REST));
  };

  const poll = async () => {
    const ids = sections();
    try {
      if (ids.length) {
        const answer = await fetch(`/seats/?ids=${ids.join(",")}`);
        if (answer.ok && !answer.redirected) {
          for (const [id, seats] of Object.entries(await answer.json())) {
            renderSeats(id, seats.free, seats.waiting);
          }
        }
      }
    } catch {
      /* the site is away: the next poll tries again */
    }
    if (polling) {
      polling = setTimeout(poll, jittered(POLL));
    }
  };

  const hasSomething = () => sections().length > 0 || followed().length > 0;

  /* Watch the sections on the page now. The reply has their state, so nothing missed is lost. */
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
    const late = setTimeout(() => { // poll meanwhile if it is open and waits to be admitted
      if (mine.readyState === WebSocket.OPEN) {
        setLive(false);
      } else {
        mine.close();
      }
    }, POLL);
    mine.onopen = () => {
      heartbeat = setInterval(watchAnew, HEARTBEAT); // so that no proxy closes it as idle
      watchAnew();
    };
    mine.onmessage = (event) => {
      clearTimeout(late);
      wait = MIN_WAIT;
      onMessage(JSON.parse(event.data));
    };
    mine.onclose = (event) => {
      clearTimeout(late);
      if (socket === mine) {
        clearInterval(heartbeat);
        socket = null;
        refused = event.code === NOT_SIGNED_IN;
        scheduleReconnect(event.code === TRY_LATER);
      }
    };
  };

  const scheduleReconnect = (isAskedTo) => {
    if (!isAskedTo) {
      setLive(false);
    }
    again = setTimeout(open, jittered(wait));
    wait = Math.min(MAX_WAIT, wait * 2);
  };

  const pause = () => {
    const old = socket;
    socket = null;
    clearInterval(heartbeat);
    old?.close();
    clearTimeout(again);
    setLive(false);
  };

  const onContentChanged = () => {
    if (socket) {
      watch();
    } else if (hasSomething() !== Boolean(polling)) {
      setLive(false);
      open();
    }
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) {
      hidden = setTimeout(pause, CLOSE_WHEN_HIDDEN);
    } else if (!socket) {
      wait = MIN_WAIT;
      setLive(false);
      open();
      refresh(() => true);
    }
  });
  /* A change is pushed once, so a refresh that failed is tried again. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const what = event.detail.elt.dataset.look;
    if (what && isLive && !event.detail.successful) {
      setTimeout(() => refresh((one) => one === what), jittered(REFRESH));
    }
  });
  document.addEventListener("htmx:afterSwap", onContentChanged);
  window.addEventListener("pagehide", pause);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  open();
})();
