// Forms: fields with their labels, faults shown where they are, and drafts that survive a sign-in.

import { digits, t } from "./texts.js";
import { fill, h, once, uid } from "./ui.js";

/**
 * A labelled field. `control`: an input, a select or a textarea, named by the JSON pointer of what
 * it holds (`/price`), so that a fault finds its place.
 */
export function field(label, control, { hint, wide } = {}) {
  const id = control.id || uid("field");
  control.id = id;
  const fault = h("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const help = hint && h("p", { class: "hint", id: `${id}-hint` }, hint);
  control.setAttribute("aria-describedby", `${help ? `${id}-hint ` : ""}${id}-fault`);
  return h("div", { class: ["field", wide && "wide"] },
    h("label", { for: id }, label), control, help, fault);
}

export const input = (name, value = "", props = {}) =>
  h("input", { name, value: value ?? "", autocomplete: "off", ...props });

export const area = (name, value = "", props = {}) => {
  const element = h("textarea", { name, rows: 4, ...props });
  element.value = value ?? "";
  return element;
};

/** An amount of money: decimals as the currency has them; a comma counts as a point. */
export const amount = (name, value, props = {}) =>
  input(name, value, { inputmode: digits() ? "decimal" : "numeric", class: "number", ...props });

export const whole = (name, value, props = {}) =>
  input(name, value, { inputmode: "numeric", class: "number", ...props });

/** `options`: [value, text]. */
export function select(name, value, options, props = {}) {
  const element = h("select", { name, ...props },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
  return element;
}

export function check(name, label, checked, props = {}) {
  const id = uid("check");
  return h("label", { class: "check", for: id },
    h("input", { type: "checkbox", name, id, checked: Boolean(checked), ...props }), label);
}

/** The text that was typed, empty as null; numbers and money keep their text. */
export const typed = (form, name) => {
  const control = form.elements[name];
  if (control.type === "checkbox") return control.checked;
  return control.value.trim() === "" ? null : control.value.trim();
};

/** Money that was typed, for the wire. */
export const moneyOf = (text) => text?.replace(",", ".") ?? null;

/** A whole number that was typed; what is none goes to the shop as it is, which says so. */
export const wholeOf = (text) => (/^-?\d+$/.test(text) ? Number(text) : text);

/**
 * A form. `save(form, pressed)` sends it, `pressed` being the button; its faults are shown at their
 * fields, the first gets the focus. `draft`: a name under which what is typed is kept in this tab
 * until it is saved; `more`: buttons beside the one that saves.
 */
export function form(children, save, { draft, action = t("save"), more, cancel } = {}) {
  const summary = h("p", { class: "fault summary", role: "alert", hidden: true });
  const submit = h("button", { class: "primary" }, action);
  const element = h("form", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    once(submit, async () => {
      clear(element);
      try {
        // Whoever goes on editing keeps the draft: `save` answers false then.
        if (await save(element, event.submitter) !== false) forgetDraft(draft);
      } catch (error) {
        if (error.status !== 422 && !(error.status === 409 && error.faults.size)) throw error;
        show(element, summary, error);
      }
    });
  } }, children, summary,
  h("div", { class: "actions" }, submit, more,
    cancel && h("button", { type: "button", onclick: cancel }, t("cancel"))));
  if (draft) keepDraft(element, draft);
  return element;
}

function clear(element) {
  for (const fault of element.querySelectorAll(".fault")) fault.hidden = true;
  for (const control of element.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
  }
}

/** The control that a pointer leads to; of an entry in a list it may be that of the list. */
const controlAt = ({ elements }, pointer) =>
  elements[pointer] ?? elements[pointer.replace(/\/\d+$/, "")] ?? null;

/** A fault in the language of the page, where it has words for its code. */
function inWords({ code, detail }) {
  const key = `fault.${code}`;
  return t(key) === key ? detail : t(key);
}

function show(element, summary, error) {
  const rest = [];
  for (const fault of error.body.errors ?? []) {
    const pointer = fault.pointer ?? fault.parameter;
    const text = inWords(fault);
    const control = controlAt(element, pointer);
    const place = control && document.getElementById(`${control.id}-fault`);
    control?.closest?.("details")?.setAttribute("open", "");
    // Whatever else it is folded away in opens by itself.
    control?.dispatchEvent?.(new Event("invalid"));
    // What is out of sight cannot say anything.
    if (!place || !control.checkVisibility()) {
      rest.push(text);
      continue;
    }
    fill(place, text).hidden = false;
    control.setAttribute("aria-invalid", "true");
  }
  if (rest.length || !error.faults.size) {
    fill(summary, rest.join(" ") || error.message).hidden = false;
  }
  element.querySelector("[aria-invalid]")?.focus();
}

const key = (draft) => `draft ${draft}`;

export function forgetDraft(draft) {
  if (draft) sessionStorage.removeItem(key(draft));
}

/** Keeps what is typed, so that neither an ended session nor a reload loses it. */
function keepDraft(element, draft) {
  const kept = JSON.parse(sessionStorage.getItem(key(draft)) ?? "{}");
  for (const control of element.elements) {
    if (!(control.name in kept) || control.type === "password") continue;
    if (control.type === "checkbox") control.checked = kept[control.name];
    else control.value = kept[control.name];
  }
  element.addEventListener("input", () => {
    const values = [...element.elements]
      .filter(({ name, type }) => name && type !== "password");
    const pairs = values.map((control) =>
      [control.name, control.type === "checkbox" ? control.checked : control.value]);
    sessionStorage.setItem(key(draft), JSON.stringify(Object.fromEntries(pairs)));
  });
}
