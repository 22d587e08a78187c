// Filters and links of a drawing change it in place: the same address is asked for as without scripts, and
// what came is put where the old was, so that a page looks the same however it was reached.
"use strict";

const live = {
  asked: 0,

  /** Show what is at `address`, and put it in the address bar. */
  async show(address, { push = true, focus = "" } = {}) {
    const region = document.getElementById("live");
    const number = ++live.asked;
    region.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { headers: { Accept: "text/html" } });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (number !== live.asked) return;
      if (push) history.pushState(null, "", address);
      region.replaceWith(page.getElementById("live"));
      live.copyForm(page);
      if (focus) document.querySelector(focus)?.focus({ preventScroll: true });
      document.dispatchEvent(new Event("live"));
    } catch {
      location.assign(address);
    }
  },

  /** Let the form say what the new address asks for. */
  copyForm(page) {
    const form = document.querySelector("form.filters");
    const other = page.querySelector("form.filters");
    if (form && other && !form.contains(document.activeElement)) form.replaceWith(other);
    else if (form && other) {
      for (const field of form.elements) {
        const twin = other.elements[field.name];
        if (field.name && twin && "value" in twin && field.type !== "checkbox") field.value = twin.value;
      }
    }
  },

  /** The address that a form leads to, without what is empty. */
  address(form) {
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(given).toString();
    return form.getAttribute("action") + (query ? `?${query}` : "");
  },
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.filters")) return;
  event.preventDefault();
  live.show(live.address(event.target));
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.filters");
  if (form && event.target.matches("select, input[type=checkbox], input[type=date]")) live.show(live.address(form));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("#live nav.views a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  live.show(link.getAttribute("href"), { focus: `[data-view="${link.dataset.view}"]` });
});

addEventListener("popstate", () => {
  if (!location.hash) live.show(location.pathname + location.search, { push: false });
});
