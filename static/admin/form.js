// Forms: fields with their labels, faults shown where they are, and drafts that survive a sign-in.

import { Problem } from "./api.js";
import { inField, decimalOf, wholeIn } from "./decimals.js";
import { inWords } from "./refusals.js";
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

/** An amount of money. `data-reads`: the code of a fault where it cannot be read as one. */
export const amount = (name, value, props = {}) => input(name, inField(value), {
  inputmode: digits() ? "decimal" : "numeric", class: "number", "data-reads": "not_money", ...props,
});

/** Another number with a fraction: a measure, or a percentage. */
export const fraction = (name, value, props = {}) => input(name, inField(value, false), {
  inputmode: "decimal", class: "number", "data-reads": "not_a_measure", ...props,
});

export const whole = (name, value, props = {}) => input(name, value, {
  inputmode: "numeric", class: "number", "data-reads": "not_an_integer", ...props,
});

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

/** The digits that a fraction may have where it is no money. */
const PLACES_MAX = 4;

/** What was typed, for the wire; what cannot be read goes to the shop as it is, which says so. */
export const moneyOf = (text) => (text && decimalOf(text, digits())) ?? text;
export const fractionOf = (text) => (text && decimalOf(text, PLACES_MAX)) ?? text;
export const wholeOf = (text) => (text && wholeIn(text)) ?? text;

const READ = {
  not_money: (text) => decimalOf(text, digits()),
  not_an_integer: wholeIn,
};

function isReadable({ dataset: { reads }, value, validity, type }) {
  if (type === "number") return !validity.badInput && (!value || wholeIn(value) !== null);
  const read = READ[reads] ?? ((text) => decimalOf(text, PLACES_MAX));
  return !reads || !value.trim() || read(value.trim()) !== null;
}

/** Refuses what is no number where there should be one; what is out of sight is left alone. */
function refuseUnreadable({ elements }) {
  const errors = [...elements]
    .filter((control) => control.checkVisibility() && !isReadable(control))
    .map(({ name, dataset }) => ({ pointer: name, code: dataset.reads ?? "not_an_integer" }));
  if (errors.length) throw new Problem(422, inWords({ errors }));
}

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
        refuseUnreadable(element);
        // Whoever goes on editing keeps the draft: `save` answers false then.
        if (await save(element, event.submitter) !== false) forgetDraft(draft);
      } catch (error) {
        if (error.code === "offline") fill(summary, t("unanswered")).hidden = false;
        else if (isAboutFields(error)) show(element, summary, error);
        else throw error;
      }
    });
  } }, children, summary,
  h("div", { class: "actions" }, submit, more,
    cancel && h("button", { type: "button", onclick: cancel }, t("cancel"))));
  if (draft) keepDraft(element, draft);
  return element;
}

const isAboutFields = ({ status, faults }) => status === 422 || (status === 409 && faults.size);

function clear(element) {
  for (const fault of element.querySelectorAll(".fault")) fault.hidden = true;
  for (const control of element.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
  }
}

/** The control that a pointer leads to; of an entry in a list it may be that of the list. */
const controlAt = ({ elements }, pointer) =>
  elements[pointer] ?? elements[pointer.replace(/\/\d+$/, "")] ?? null;

function show(element, summary, error) {
  const rest = [];
  for (const fault of error.body.errors ?? []) {
    const pointer = fault.pointer ?? fault.parameter;
    const text = fault.detail;
    const control = controlAt(element, pointer);
    const place = control && document.getElementById(`${control.id}-fault`);
    control?.closest?.("details")?.setAttribute("open", "");
    // Whatever else it is folded away in opens by itself.
    control?.dispatchEvent?.(new Event("invalid"));
    // What is out of sight cannot say anything.
    if (!place || !control.checkVisibility()) {
      rest.push([control?.labels?.[0]?.textContent, text].filter(Boolean).join(": "));
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
