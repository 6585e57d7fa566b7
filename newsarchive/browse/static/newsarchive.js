/* Comfort on top of pages that work without any script: forms that answer at once, what is new since
   the last visit, copying a citation. Makes no request of its own. */
"use strict";

(function () {
  // A form with data-auto sends itself when a choice is made by pointer or checkbox. What is chosen with
  // keys in a list or date waits for Enter or until the focus leaves the form: each key is a change there.
  for (const form of document.querySelectorAll("form[data-auto]")) {
    let keyed = null;
    let waiting = false;
    form.addEventListener("pointerdown", () => { keyed = null; });
    form.addEventListener("keydown", (event) => {
      keyed = event.target;
      if (waiting && event.key === "Enter" && keyed.matches("select")) form.requestSubmit();
    });
    form.addEventListener("change", (event) => {
      const waits = event.target.matches("select, input[type=date]");
      if (waits && keyed === event.target) waiting = true;
      else if (waits || event.target.matches("input[type=checkbox], input[type=radio]")) form.requestSubmit();
    });
    form.addEventListener("focusout", (event) => {
      if (waiting && document.hasFocus() && !form.contains(event.relatedTarget)) form.requestSubmit();
    });
  }

  // Plots and timelines that are wider than their box begin at the newest end.
  for (const box of document.querySelectorAll(".plot-box")) box.scrollLeft = box.scrollWidth;

  // What changed since this browser last showed the story; remembered here alone.
  for (const link of document.querySelectorAll("a[data-since]")) {
    const key = "newsarchive-seen-" + link.dataset.since;
    try {
      const seen = localStorage.getItem(key);
      if (seen && seen !== link.dataset.latest) {
        link.href += "&before=" + encodeURIComponent(seen);
        link.hidden = false;
      }
      localStorage.setItem(key, link.dataset.latest);
    } catch { /* no storage: nothing is remembered */ }
  }

  // Copy a citation.
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const target = document.getElementById(button.dataset.copy);
    if (!target || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(target.textContent);
      const before = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = before; }, 2000);
    });
  }
})();
