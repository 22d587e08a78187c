// Suggestions while a name is typed: a listbox under every search field, by the pattern of
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. Without this file the form works as it is.
"use strict";
(() => {
  const PAUSE = 120;
  const SHOWN = 8;

  function attach(form, input, number) {
    const list = document.createElement("ul");
    list.id = `suggestions-${number}`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
    list.hidden = true;
    form.append(list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) input.setAttribute(name, value);
    let timer = 0;
    let asked = null;
    let chosen = -1;

    const options = () => [...list.children];

    function close() {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function choose(index) {
      const all = options();
      chosen = (index + all.length + 1) % (all.length + 1);
      if (chosen === all.length) chosen = -1;
      all.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
      if (chosen < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", all[chosen].id);
        all[chosen].scrollIntoView({ block: "nearest" });
      }
    }

    function show(found) {
      list.replaceChildren(...found.map((each, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.page = each.page[0];
        const label = document.createElement("span");
        label.textContent = each.label[0];
        const kind = document.createElement("span");
        kind.className = "small";
        const other = each.redirectlabel[0] === each.label[0] ? "" : `, ${each.redirectlabel[0]}`;
        kind.textContent = ` ${each.typeName[0]}${other}`;
        option.append(label, kind);
        return option;
      }));
      chosen = -1;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!!found.length));
    }

    async function ask() {
      const text = input.value.trim();
      asked?.abort();
      if (text.length < 2) return close();
      asked = new AbortController();
      const address = new URL(form.action);
      address.pathname = address.pathname.replace(/search$/, "lookup");
      address.search = new URLSearchParams({ q: text, limit: SHOWN, format: "json" });
      try {
        const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
        if (answer.ok && document.activeElement === input) show((await answer.json()).docs);
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
        event.preventDefault();
        choose(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1));
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        location.assign(options()[chosen].dataset.page);
      }
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
    list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) location.assign(option.dataset.page);
    });
  }

  document.querySelectorAll("form[role=search]").forEach((form, number) => {
    const input = form.querySelector("input[name=q]");
    if (input) attach(form, input, number);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable], [role=textbox]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = document.querySelector("main form[role=search] input[name=q], form[role=search] input[name=q]");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
})();
