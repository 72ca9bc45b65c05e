/* The Carif-Oref's workshop: keyboard, ticking many lines, who is looking. Every journey works without it. */
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

/* « Tout cocher sur la page », and how many lines are ticked. */
function tickAll() {
  const bar = document.querySelector("[data-sofi-cocher]");
  if (!bar) return;
  const button = bar.querySelector("button");
  const status = bar.querySelector("[role='status']");
  const boxes = [...bar.closest("form").querySelectorAll("input[name='selection']")];
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    button.textContent = count === boxes.length ? "Tout décocher" : "Tout cocher sur la page";
    status.textContent = count ? `${count} cochée${count > 1 ? "s" : ""}` : "";
  };
  button.addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !all; });
    show();
  });
  boxes.forEach((box) => box.addEventListener("change", show));
  // Back from the next page, the browser may have kept the ticks.
  window.addEventListener("pageshow", show);
  bar.hidden = false;
}

/* A batch at work: its report follows it, without the reader's place on the page being lost. */
function follow() {
  const area = document.querySelector("[data-sofi-actualiser]");
  if (!area) return;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const response = await fetch(window.location.href, { redirect: "error" }).catch(() => null);
    if (!response || !response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById(area.id);
    if (!fresh) return;
    area.replaceChildren(...fresh.childNodes);
    if (!fresh.hasAttribute("data-sofi-actualiser")) clearInterval(timer);
  }, 3000);
}

/* Shortcuts of one key, read from the list the page shows. They are off while something is typed, with
   another key held down, and for whoever unticks them (kept on the device): WCAG 2.1.4. */
class Shortcuts {
  constructor(list) {
    this.list = list;
    this.dialog = this.build();
    const box = list.querySelector("[data-sofi-reglage] input");
    box.checked = Shortcuts.on();
    box.addEventListener("change", () => Shortcuts.turn(box.checked));
    list.querySelector("[data-sofi-reglage]").hidden = false;
    document.addEventListener("keydown", (event) => this.key(event));
  }

  static on() {
    try {
      return localStorage.getItem("sofi.raccourcis") !== "non";
    } catch {
      return true;
    }
  }

  static turn(on) {
    try {
      if (on) localStorage.removeItem("sofi.raccourcis");
      else localStorage.setItem("sofi.raccourcis", "non");
    } catch {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
  }

  /* The same list in a dialog, with a button to close it. */
  build() {
    const dialog = document.createElement("dialog");
    dialog.className = "raccourcis__boite";
    dialog.setAttribute("aria-labelledby", "raccourcis-titre");
    const title = document.createElement("h2");
    title.id = "raccourcis-titre";
    title.textContent = this.list.querySelector("summary").textContent;
    const form = document.createElement("form");
    form.method = "dialog";
    const close = document.createElement("button");
    close.className = "btn btn-secondary";
    close.textContent = "Fermer";
    form.append(close);
    dialog.append(title, this.list.querySelector("dl").cloneNode(true), form);
    document.body.append(dialog);
    return dialog;
  }

  key(event) {
    const off = event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented;
    const typing = event.target.closest("input:not([type='checkbox']):not([type='radio']), textarea, select, dialog[open]");
    if (off || typing || !document.getElementById("id_raccourcis").checked) return;
    if (event.key === "?") {
      event.preventDefault();
      this.dialog.showModal();
      return;
    }
    const entry = [...this.list.querySelectorAll("kbd")].find((kbd) => kbd.textContent === event.key);
    if (entry && this.act(entry.dataset)) event.preventDefault();
  }

  act({ sofiRang, sofiCible, sofiAgit }) {
    if (sofiRang) return this.move(Number(sofiRang));
    const target = sofiCible && document.querySelector(sofiCible);
    if (!target) return false;
    if (sofiAgit !== undefined) {
      target.click();
      return true;
    }
    const fold = target.closest("details");
    if (fold) fold.open = true;
    const field = target.matches("form")
      ? target.querySelector("textarea, select, input:not([type='hidden']), button")
      : target;
    field.scrollIntoView({ block: "center" });
    field.focus();
    return true;
  }

  move(step) {
    const rows = [...document.querySelectorAll("[data-sofi-ligne]")];
    if (!rows.length) return false;
    const here = rows.findIndex((row) => row.closest("tr").contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
    if (rows[next]) rows[next].focus();
    return true;
  }
}

sayPresence();
tickAll();
follow();
document.querySelectorAll("[data-sofi-raccourcis]").forEach((list) => new Shortcuts(list));
