/* The desk's keys, and polling that does not disturb. Everything also works without this file. */
(() => {
  "use strict";

  const TYPING = "input, textarea, select, [contenteditable]";
  const PANELS = { e: "edit", d: "redraft", r: "reject" };

  const rows = () => Array.from(document.querySelectorAll("[data-row]"));

  function step(direction) {
    const all = rows();
    if (!all.length) return go(direction > 0 ? "j" : "k");
    const place = all.indexOf(document.activeElement);
    const next = place < 0 ? (direction > 0 ? 0 : all.length - 1) : place + direction;
    const target = all[Math.min(Math.max(next, 0), all.length - 1)];
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  }

  function go(key) {
    const link = document.querySelector(`a[data-key="${key}"]`);
    if (link) link.click();
  }

  /* Approving takes two keys: `a` chooses the button, Enter presses it. */
  function chooseApprove() {
    const button = document.getElementById("approve");
    const blocked = document.getElementById("obstacle");
    if (button && !button.disabled) button.focus();
    else if (blocked) blocked.scrollIntoView({ block: "nearest" });
  }

  function openPanel(id) {
    const panel = document.getElementById(id);
    if (!panel) return;
    panel.open = true;
    const first = panel.querySelector("[data-first]");
    if (first) first.focus();
  }

  function closePanels() {
    document.querySelectorAll("details.act[open]").forEach((panel) => {
      panel.open = false;
      panel.querySelector("summary").focus();
    });
  }

  /* Single keys can be turned off (WCAG 2.1.4): speech input may type them by chance. */
  const KEYS_OFF = "leadkeep-keys-off";
  const areKeysOff = () => localStorage.getItem(KEYS_OFF) === "yes";
  const keysSwitch = document.getElementById("keys-on");
  if (keysSwitch) {
    keysSwitch.checked = !areKeysOff();
    keysSwitch.addEventListener("change", () => localStorage.setItem(KEYS_OFF, keysSwitch.checked ? "no" : "yes"));
  }

  function toggleHelp() {
    const help = document.getElementById("keys");
    if (help) help.open ? help.close() : help.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return closePanels();
    if (event.target.closest(TYPING) || (areKeysOff() && event.key !== "?")) return;
    const act = {
      j: () => step(1),
      k: () => step(-1),
      ArrowDown: () => rows().length && step(1),
      ArrowUp: () => rows().length && step(-1),
      a: chooseApprove,
      u: () => go("u"),
      "?": toggleHelp,
    }[event.key] || (PANELS[event.key] && (() => openPanel(PANELS[event.key])));
    if (!act) return;
    event.preventDefault();
    act();
  });

  /* A filter applies as soon as it is chosen; its button stays for those without script. */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submits-itself]");
    if (form) form.requestSubmit();
  });

  /* One press is one act. */
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  /* Do not refresh what nobody sees, or what somebody is selecting or typing in. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const live = event.target.closest("[data-polls]");
    if (!live) return;
    const selection = document.getSelection();
    const isSelecting = selection && !selection.isCollapsed && live.contains(selection.anchorNode);
    const isTyping = live.contains(document.activeElement) && document.activeElement.matches(TYPING);
    if (document.hidden || isSelecting || isTyping) event.preventDefault();
  });

  const showOffline = (isOffline) => {
    document.getElementById("offline").hidden = !isOffline;
  };
  document.addEventListener("htmx:sendError", () => showOffline(true));
  document.addEventListener("htmx:responseError", (event) => showOffline(event.detail.xhr.status >= 500));
  document.addEventListener("htmx:afterOnLoad", () => showOffline(false));
})();
