/* Comfort on top of pages that work without any script: a slider and clicks to choose versions,
   copying a citation, forms that answer at once. Makes no request of its own. */
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

  // Two sliders over the versions, kept in step with the two lists of the form.
  const chooser = document.querySelector("form[data-versions]");
  if (chooser) {
    const lists = [chooser.elements.before, chooser.elements.after];
    const box = document.createElement("div");
    box.className = "sliders no-print";
    lists.forEach((list, index) => {
      const slider = document.createElement("input");
      slider.type = "range";
      slider.min = "0";
      slider.max = String(list.options.length - 1);
      slider.value = String(list.selectedIndex);
      slider.setAttribute("aria-valuetext", list.selectedOptions[0].text);
      slider.addEventListener("input", () => {
        list.selectedIndex = Number(slider.value);
        slider.setAttribute("aria-valuetext", list.selectedOptions[0].text);
      });
      slider.addEventListener("change", () => chooser.requestSubmit());
      const label = document.createElement("label");
      label.append(index ? "Slide to the later version" : "Slide to the earlier version", slider);
      box.append(label);
    });
    chooser.append(box);
  }

  // On the diff page the first click on the timeline picks one version, the second the other.
  const timeline = document.querySelector("[data-pick]");
  if (timeline && chooser) {
    let first = null;
    const note = timeline.querySelector("[data-pick-note]");
    timeline.addEventListener("click", (event) => {
      const link = event.target.closest("a[href*='#v-']");
      if (!link) return;
      event.preventDefault();
      const id = link.getAttribute("href").split("#v-")[1];
      if (first === null) {
        first = id;
        link.classList.add("picked");
        if (note) note.textContent = "Now choose the version to compare it with.";
        return;
      }
      const order = Array.from(chooser.elements.before.options, (o) => o.value);
      const pair = [first, id].sort((a, b) => order.indexOf(a) - order.indexOf(b));
      chooser.elements.before.value = pair[0];
      chooser.elements.after.value = pair[1];
      chooser.requestSubmit();
    });
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
