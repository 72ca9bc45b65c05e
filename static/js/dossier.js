/* The dossier: a prepared text is written in place, where the page would come back with it. */
"use strict";

document.querySelectorAll("form[data-sofi-texte]").forEach((form) => {
  const field = document.getElementById(form.dataset.sofiTexte);
  if (!field) return;
  form.addEventListener("submit", (event) => {
    const chosen = form.querySelector("select").selectedOptions[0];
    if (!chosen) return;
    event.preventDefault();
    // What was typed stays: the prepared text comes after it.
    const typed = field.value.trim();
    field.value = typed ? `${typed}\n\n${chosen.dataset.texte}` : chosen.dataset.texte;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
});
