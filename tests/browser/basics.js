/* What a page owes everybody who cannot see it well, or not with a mouse. Returns a list of what is wrong. */
() => {
  const wrong = [];
  const say = (node, what) => wrong.push(`${what}: ${node.outerHTML.slice(0, 120)}`);
  if (!document.documentElement.lang) wrong.push("no language");
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not exactly one h1");
  if (document.querySelectorAll("main").length !== 1) wrong.push("not exactly one main");

  const ids = Array.from(document.querySelectorAll("[id]"), (node) => node.id);
  ids.filter((id, place) => ids.indexOf(id) !== place).forEach((id) => wrong.push(`id twice: ${id}`));

  document.querySelectorAll("img:not([alt])").forEach((node) => say(node, "no alt"));
  document.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((node) => {
    if (!node.labels.length && !node.ariaLabel) say(node, "no label");
  });
  document.querySelectorAll("button, a, summary").forEach((node) => {
    if (!node.textContent.trim() && !node.ariaLabel) say(node, "no name");
  });
  document.querySelectorAll("[aria-describedby], [aria-labelledby]").forEach((node) => {
    const id = node.getAttribute("aria-describedby") || node.getAttribute("aria-labelledby");
    if (!document.getElementById(id)) say(node, "describes by nothing");
  });

  const parts = (color) => {
    const found = color.match(/[\d.]+/g).map(Number);
    return color.startsWith("color(") ? [...found.slice(0, 3).map((n) => n * 255), found[3] ?? 1] : [...found, 1].slice(0, 4);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((n) => (n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color[3] > 0.99) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    const style = getComputedStyle(node);
    const shown = texts.currentNode.data.trim() && node.checkVisibility() && node.getBoundingClientRect().left > -1;
    if (!shown || node.closest(":disabled")) continue;
    const [one, two] = [luminance(parts(style.color).slice(0, 3)), luminance(behind(node))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < (large ? 3 : 4.5)) say(node, `contrast ${ratio.toFixed(2)}`);
  }
  return wrong;
}
