// The time that goods take: days, the hour of the day, and when the shop is open.

import { check, field, input, select, typed, whole } from "../../form.js";
import { date, t } from "../../texts.js";
import { card, h, uid } from "../../ui.js";
import { drawFields, fieldList, labelsOf, readFields } from "../shared/field_list.js";
import { chips, chipsOf } from "./chips.js";
import { settingsForm } from "./form.js";

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const DAYS = fieldList("delivery", [
  { name: "delivery_days", make: whole, hint: true },
  {
    name: "cut_off_hour", make: select, hint: "delivery.cut_off_hint",
    options: () => [
      ["", t("delivery.no_cut_off")],
      ...Array.from({ length: 24 }, (_, hour) =>
        [String(hour), `${String(hour).padStart(2, "0")}:00`]),
    ],
    show: (hour) => String(hour ?? ""),
    take: (hour) => (hour === null ? null : Number(hour)),
  },
]);

export const part = () => settingsForm("delivery", (values) => ({
  children: [days(values), open(values.open_weekdays), closed(values.closed_dates)],
  read,
  names: {
    ...labelsOf(DAYS),
    open_weekdays: t("delivery.open_weekdays"), closed_dates: t("delivery.closed_dates"),
  },
  readable: (all) => ({
    ...all,
    ...(all.open_weekdays && { open_weekdays: all.open_weekdays.map(weekday) }),
    ...(all.closed_dates && { closed_dates: all.closed_dates.map((day) => date(day)) }),
  }),
}));

const days = (values) => card(t("settings.delivery"),
  h("div", { class: "fields" }, drawFields(DAYS, values)));

function open(weekdays) {
  const id = uid("open");
  return card(t("delivery.open_weekdays"),
    h("fieldset", { id, name: "/open_weekdays", tabindex: "-1", class: "plain" },
      h("legend", { class: "hint" }, t("delivery.open_hint")),
      h("div", { class: "days" }, WEEKDAYS.map((day) =>
        check(`/open_weekdays/${day}`, weekday(day), weekdays.includes(day)))),
      h("p", { class: "fault", id: `${id}-fault`, hidden: true })));
}

/** The name of a day; the first of January 2024 was a Monday. */
const weekday = (day) => date(`2024-01-0${day}`, { weekday: "long" });

function closed(dates) {
  const control = input(null, "", { type: "date", id: uid("closed") });
  const { list, add } = chips({
    control, values: dates, text: (day) => date(day), none: t("delivery.never_closed"), sort: true,
  });
  control.dataset.closed = "";
  // Enter in the field adds the day; it does not save a form that is not finished.
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  return card(t("delivery.closed_dates"), h("div", { class: "chips-field" },
    field(t("delivery.closed_day"), control, { hint: t("delivery.closed_hint") }),
    h("button", { type: "button", onclick: add }, t("chips.add")),
    list));
}

const read = (form) => ({
  ...readFields(form, DAYS),
  open_weekdays: WEEKDAYS.filter((day) => typed(form, `/open_weekdays/${day}`)),
  closed_dates: chipsOf(form.querySelector("[data-closed]")),
});
