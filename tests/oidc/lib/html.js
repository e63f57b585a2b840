// Pages as a browser would read them: parse5 builds the tree, so that what escaped from its attribute shows.

import { parse } from "parse5";

export const parsePage = (text) => parse(text);

export function* nodesOf(node) {
  yield node;
  for (const child of node.childNodes ?? []) yield* nodesOf(child);
  if (node.content) yield* nodesOf(node.content);
}

export const attribute = (node, name) => node.attrs?.find((each) => each.name === name)?.value;

export const elements = (root, ...names) => [...nodesOf(root)].filter((node) => names.includes(node.tagName));

export function textOf(root) {
  const skipped = new Set(["script", "style"]);
  const parts = [];
  const walk = (node) => {
    if (skipped.has(node.tagName)) return;
    if (node.nodeName === "#text") parts.push(node.value);
    for (const child of node.childNodes ?? []) walk(child);
  };
  walk(root);
  return parts.join(" ").replace(/\s+/g, " ").trim();
}

const isPressed = (type) => ["submit", "image", "button", "reset"].includes(type);

// Forms with what they would send: fields (name → value), names of everything one can fill in, buttons.
export function formsOf(root) {
  const all = [...nodesOf(root)];
  return elements(root, "form").map((form) => {
    const id = attribute(form, "id");
    const inside = new Set(nodesOf(form));
    const owned = all.filter((node) => inside.has(node) || (id && attribute(node, "form") === id));
    const fields = {};
    const names = new Set();
    const buttons = [];
    for (const node of owned) {
      const name = attribute(node, "name");
      const type = attribute(node, "type") ?? (node.tagName === "button" ? "submit" : "text");
      const value = attribute(node, "value");
      if (attribute(node, "disabled") !== undefined) continue;
      if (node.tagName === "button" || (node.tagName === "input" && isPressed(type))) {
        if (type === "submit") buttons.push({ name, value: value ?? "" });
      } else if (node.tagName === "input" && name) {
        if (type !== "hidden") names.add(name);
        if (!["checkbox", "radio"].includes(type) || attribute(node, "checked") !== undefined) fields[name] = value ?? "";
      } else if (node.tagName === "select" && name) {
        const options = elements(node, "option");
        const chosen = options.find((option) => attribute(option, "selected") !== undefined) ?? options[0];
        names.add(name);
        fields[name] = chosen ? (attribute(chosen, "value") ?? textOf(chosen)) : "";
      } else if (node.tagName === "textarea" && name) {
        names.add(name);
        fields[name] = textOf(node);
      }
    }
    return {
      action: attribute(form, "action") ?? "",
      method: (attribute(form, "method") ?? "get").toLowerCase(),
      fields,
      names,
      buttons,
    };
  });
}
