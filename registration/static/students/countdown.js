/* Counts down the seconds the server rendered. The device's clock only measures elapsed time, so a
   wrong clock does not matter and sleep is counted. */
"use strict";

for (const box of document.querySelectorAll("[data-seconds-left]")) {
  const end = Date.now() + Number(box.dataset.secondsLeft) * 1000;
  const shown = box.querySelector("[data-left]");
  const show = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const days = Math.floor(left / 86400);
    shown.textContent = days > 1 ? `${days} ${box.dataset.days}` : `${two(Math.floor(left / 3600))}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    if (left === 0) {
      box.querySelector("[data-countdown]").hidden = true;
      box.querySelector("[data-over]").hidden = false;
      clearInterval(timer);
    }
  };
  const timer = setInterval(show, 250);
  box.querySelector("[data-countdown]").hidden = false;
  show();
}
