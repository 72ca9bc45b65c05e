/* SOFI: what makes the pages smoother. Every journey works without it.
   Each function below finds its elements by a data-sofi-* attribute and does one thing. */
"use strict";

/* Error summary: read it first. */
function focusSummary(root) {
  const summary = root.querySelector("[data-sofi-focus]");
  if (summary) summary.focus();
}

/* Counter of characters: « 12 / 255 caractères ». Announced only when typing pauses. */
function countCharacters(root) {
  root.querySelectorAll("[data-sofi-compteur]").forEach((counter) => {
    const field = document.getElementById(counter.dataset.sofiCompteur);
    const max = Number(counter.dataset.max);
    if (!field || !max) return;
    const spoken = document.createElement("span");
    spoken.className = "sr-seulement";
    spoken.setAttribute("role", "status");
    counter.after(spoken);
    let pause;
    const show = () => {
      const length = Array.from(field.value).length;
      const over = length - max;
      counter.textContent = over > 0
        ? `${length} / ${max} caractères\u00a0: ${over} de trop`
        : `${length} / ${max} caractères`;
      counter.classList.toggle("compteur-signes--trop", over > 0);
    };
    field.addEventListener("input", () => {
      show();
      clearTimeout(pause);
      pause = setTimeout(() => { spoken.textContent = counter.textContent; }, 1000);
    });
    show();
  });
}

/* A date half typed, or that does not exist, is sent as no date at all: say it before anything leaves. */
function refuseHalfDates(root) {
  root.querySelectorAll("form").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const half = [...form.querySelectorAll("input[type='date']")].find((input) => input.validity.badInput);
      if (!half) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // nothing was sent: the form is not to be marked as such
      half.reportValidity();
    });
  });
}

/* Leaving a form with something typed and not saved: ask first. */
function guardForms(root) {
  root.querySelectorAll("form[data-sofi-garde]").forEach((form) => {
    const typed = () => new URLSearchParams(new FormData(form)).toString();
    const saved = typed();
    // The page shows what was typed and not saved: errors, or somebody who was faster.
    const refused = form.dataset.sofiGarde === "refusee" || form.querySelector(".resume-erreurs") !== null;
    let leaving = false;
    form.addEventListener("submit", () => { leaving = true; });
    window.addEventListener("pageshow", () => { leaving = false; });
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && (refused || typed() !== saved)) event.preventDefault();
    });
  });
}

/* Back to a form that made something: unless the page was still in memory, the browser asks for it anew and
   gets another token. With the first one, what is sent again changes what the form made, not a second one. */
function keepToken(root) {
  const token = root.querySelector("form[data-sofi-garde] input[name='jeton']");
  if (!token) return;
  const [arrival] = performance.getEntriesByType("navigation");
  const kept = history.state?.jeton;
  if (kept && arrival?.type === "back_forward") token.value = kept;
  else history.replaceState({ ...history.state, jeton: token.value }, "");
}

/* A double click sends once. The server does not rely on it. */
function sendOnce(root) {
  root.querySelectorAll("form[data-sofi-unique]").forEach((form) => {
    let sent = false;
    const mark = (state) => {
      sent = state;
      form.querySelectorAll("[type='submit']").forEach((button) => {
        if (state) button.setAttribute("aria-disabled", "true");
        else button.removeAttribute("aria-disabled");
      });
    };
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      else mark(true);
    });
    // Back from the next page, out of the browser's memory: the form is to be used again.
    window.addEventListener("pageshow", () => mark(false));
  });
}

/* Suggestions while typing: the ARIA combobox pattern over a list the server writes.
   The input carries data-sofi-suggestions="/adresse/"; GET /adresse/?q=… answers
   <ul data-nombre="5"><li role="option" id="…" data-href="…">…</li>…</ul>. */
class Suggestions {
  constructor(input) {
    this.input = input;
    this.url = input.dataset.sofiSuggestions;
    this.minimum = Number(input.dataset.sofiMinimum || 3);
    this.active = -1;
    this.build();
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role='option']")));
  }

  build() {
    const { input } = this;
    const box = document.createElement("div");
    box.className = "suggestions";
    const host = input.closest(".input-group") || input;
    host.before(box);
    box.append(host);
    this.list = document.createElement("div");
    this.list.className = "suggestions__liste";
    this.list.hidden = true;
    this.status = document.createElement("p");
    this.status.className = "suggestions__compte";
    this.status.setAttribute("role", "status");
    box.append(this.list);
    box.after(this.status);
    const attributes = {
      role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": `${input.id}_suggestions`,
    };
    Object.entries(attributes).forEach(([name, value]) => input.setAttribute(name, value));
    // aria-controls must name a listbox even before the first answer.
    this.list.innerHTML = `<ul role="listbox" id="${input.id}_suggestions" aria-label="Suggestions"></ul>`;
  }

  wait() {
    clearTimeout(this.timer);
    if (this.request) this.request.abort();
    const typed = this.input.value.trim();
    if (typed.length < this.minimum) {
      this.close();
      this.status.textContent = "";
      return;
    }
    this.timer = setTimeout(() => this.ask(typed), 150);
  }

  async ask(typed) {
    this.request = new AbortController();
    try {
      const response = await fetch(`${this.url}?${new URLSearchParams({ q: typed })}`, {
        signal: this.request.signal,
        headers: { "X-Requested-With": "fetch" },
        redirect: "error",
      });
      if (response.ok) this.show(await response.text());
      else this.fail();
    } catch (error) {
      if (error.name !== "AbortError") this.fail();
    }
  }

  show(html) {
    // Same origin, and escaped by Django's templates.
    const fragment = new DOMParser().parseFromString(html, "text/html").querySelector("ul");
    if (!fragment) return this.fail();
    fragment.id = `${this.input.id}_suggestions`;
    fragment.setAttribute("role", "listbox");
    fragment.setAttribute("aria-label", "Suggestions");
    this.list.replaceChildren(fragment);
    this.options = [...fragment.querySelectorAll("[role='option']")];
    this.options.forEach((option, rank) => {
      option.id = option.id || `${fragment.id}_${rank}`;
      option.setAttribute("aria-selected", "false");
    });
    const count = Number(fragment.dataset.nombre || this.options.length);
    this.status.textContent = count === 0
      ? "Aucune suggestion\u00a0: lancez la recherche pour avoir des conseils."
      : `${count} suggestion${count > 1 ? "s" : ""}${count > this.options.length ? `, les ${this.options.length} premières sont affichées` : ""}.`;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    return undefined;
  }

  fail() {
    this.close();
    this.status.textContent = "Les suggestions ne répondent pas\u00a0: lancez la recherche avec le bouton.";
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const open = !this.list.hidden;
    if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.options && this.options.length) {
      event.preventDefault();
      if (!open) {
        this.list.hidden = false;
        this.input.setAttribute("aria-expanded", "true");
      }
      const { length } = this.options;
      const first = event.key === "ArrowDown" ? 0 : length - 1;
      const step = event.key === "ArrowDown" ? 1 : length - 1;
      this.move(this.active < 0 ? first : (this.active + step) % length);
    }
  }

  move(rank) {
    this.options.forEach((option, index) => option.setAttribute("aria-selected", String(index === rank)));
    this.active = rank;
    this.input.setAttribute("aria-activedescendant", this.options[rank].id);
    this.options[rank].scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    if (!option) return;
    if (option.dataset.valeur) this.input.value = option.dataset.valeur;
    this.close();
    if (option.dataset.href) window.location.assign(option.dataset.href);
  }
}

document.querySelectorAll("[data-sofi-suggestions]").forEach((input) => new Suggestions(input));
countCharacters(document);
refuseHalfDates(document);
keepToken(document);
guardForms(document);
sendOnce(document);
focusSummary(document);
