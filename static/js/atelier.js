/* The Carif-Oref's workshop: who is looking at a dossier. Every journey works without it. */
"use strict";

/* A dossier says each minute that it is still read, as long as somebody is before it: a page forgotten on
   a screen falls silent, and does not keep its reader signed in. */
function sayPresence() {
  const form = document.querySelector("form[data-sofi-presence]");
  const shown = document.querySelector("[data-sofi-regards]");
  if (!form || !shown) return;
  const IDLE = 10 * 60000;
  let last = Date.now();
  ["pointermove", "keydown", "scroll"].forEach((name) => {
    document.addEventListener(name, () => { last = Date.now(); }, { passive: true });
  });
  setInterval(async () => {
    if (document.hidden || Date.now() - last > IDLE) return;
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
      // Same origin, and escaped by Django's templates. Written only when it changes: it is announced.
      const html = response.ok ? (await response.text()).trim() : "";
      if (response.ok && html !== shown.innerHTML.trim()) shown.innerHTML = html;
    } catch {
      // Nobody is told: the next minute says it again.
    }
  }, 60000);
}

sayPresence();
