// A part of the page becomes what its successor is and stays itself: only what differs is changed, so that whoever is in
// one of its fields stays there with caret, half-written letters and undo. The field somebody is in (held) is not changed
// at all; what stands in the others is the matter of who listens: "renew:before" tells the part and its successor, and
// "renew:after" also what holds the field and has no successor. To htmx it is the style "renew" of a swap.
const nameOf = (node) => (node.nodeType === Node.ELEMENT_NODE
  ? [node.tagName, node.id, node.getAttribute("name"), node.tagName === "BUTTON" ? node.value : ""].join(" ")
  : String(node.nodeType));

const STAYS = ["aria-busy"]; // set by the page while it waits

function renew(old, fresh, held) {
  const work = new Set(); // elements that htmx must still look at
  const left = []; // holds the field, and has no successor

  function attributes(one, its) {
    new Set([...one.getAttributeNames(), ...its.getAttributeNames()]).forEach((name) => {
      const value = its.getAttribute(name);
      if (STAYS.includes(name) || (name === "value" && one === held) || one.getAttribute(name) === value) return;
      if (value === null) one.removeAttribute(name);
      else one.setAttribute(name, value);
      if (name.startsWith("hx-")) work.add(one);
    });
  }

  function drop(one) {
    const next = one.nextSibling;
    if (held && one.contains(held)) left.push(one);
    else one.remove();
    return next;
  }

  function children(one, its) {
    let next = one.firstChild;
    [...its.childNodes].forEach((child) => {
      let match = next;
      while (match && nameOf(match) !== nameOf(child)) match = match.nextSibling;
      if (!match) {
        one.insertBefore(child, next);
        if (child.nodeType === Node.ELEMENT_NODE) work.add(child);
        return;
      }
      while (next !== match) next = drop(next);
      next = match.nextSibling;
      if (match.nodeType === Node.ELEMENT_NODE) both(match, child);
      else match.data = child.data;
    });
    while (next) next = drop(next);
  }

  function both(one, its) {
    if (one.isEqualNode(its)) return;
    attributes(one, its);
    if (one !== held) children(one, its);
  }

  both(old, fresh);
  return { work: [...work], left };
}

const extension = {
  isInlineSwap: (style) => style === "renew",
  handleSwap(style, target, fragment) {
    const fresh = [...fragment.children].find((one) => one.id === target.id);
    if (style !== "renew" || !fresh) return false;
    const field = document.activeElement;
    const held = target.contains(field) && field.matches("input, select, textarea") ? field : null;
    const tell = (name, detail) => target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
    tell("renew:before", { fresh, held });
    const { work, left } = renew(target, fresh, held);
    tell("renew:after", { held, left });
    return work;
  },
};

if (window.htmx) window.htmx.defineExtension("renew", extension);
