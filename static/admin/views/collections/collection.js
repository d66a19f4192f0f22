// One collection: its form, new or existing, its picture, and the products in it.

import { again, go } from "../../address.js";
import { api, tagOf } from "../../api.js";
import { confirm } from "../../dialog.js";
import { area, forgetDraft, form, select } from "../../form.js";
import { t } from "../../texts.js";
import { backTo, button, card, empty, h, sayProblem, toast, words } from "../../ui.js";
import { collectionTree } from "../shared/collections.js";
import { blankOf, drawFields, fieldList, labelsOf, needed, readFields
  } from "../shared/field_list.js";
import { pictureCard } from "../shared/picture_card.js";
import { changes, draftNote, pick, same, saveChange, seenMark } from "../shared/saving.js";
import { membersCard } from "./members.js";

const LIST = "#/products/collections";
const FIELDS = fieldList("collection", [
  {
    name: "name", fresh: "", take: needed,
    props: ({ id }) => ({ dir: "auto", required: true, autofocus: !id }),
  },
  { name: "handle", hint: true, props: { autocapitalize: "none", spellcheck: "false" } },
  {
    name: "parent_id", make: select, hint: true, show: (id) => String(id ?? ""),
    take: (id) => id && Number(id),
    options: ({ tops }) => [["", t("collection.no_parent")],
      ...tops.map(({ id, name }) => [String(id), name])],
  },
  { name: "description", fresh: "", make: area, take: needed, props: { rows: 5, dir: "auto" } },
]);
const BLANK = blankOf(FIELDS);

export async function show({ params }) {
  const [seen, tree] = await Promise.all([load(params.id), collectionTree()]);
  if (!seen) {
    return [
      h("div", { class: "head" }, h("h1", {}, t("collection.none"))),
      empty(t("collection.none_text"), h("a", { class: "button", href: LIST },
        t("section.collections"))),
    ];
  }
  // A tree of two levels: what has parts is part of nothing.
  const hasParts = tree.some(({ parent_id: parent }) => seen.id && parent === seen.id);
  const tops = hasParts ? [] : tree.filter((one) => !one.parent_id && one.id !== seen.id);
  const page = collectionForm(seen, tops, await membersCard(seen));
  return [head(page.seen, hasParts), page.note, page.element];
}

async function load(id) {
  if (!id) return BLANK;
  return api.get(`/collections/${id}`).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
}

const head = (seen, hasParts) => h("div", { class: "head" },
  h("div", {},
    backTo(LIST, t("section.collections")),
    h("h1", {}, seen().id ? words(seen().name) : t("collections.new"))),
  seen().id && button(t("collection.delete"), () => remove(seen(), hasParts), { class: "danger" }));

async function remove(seen, hasParts) {
  const sure = await confirm(t("collection.delete_title", { name: seen.name }),
    t(hasParts ? "collection.delete_parts" : "collection.delete_text"),
    t("collection.delete_now"));
  if (!sure) return;
  await api.delete(`/collections/${seen.id}`, seen);
  forgetDraft(draftOf(seen));
  go(LIST);
  toast(t("collection.deleted", { name: seen.name }));
}

const imageOf = ({ id }) => `/collections/${id}/image`;
const draftOf = ({ id }) => `collection ${id ?? "new"}`;

function collectionForm(collection, tops, members) {
  const draft = draftOf(collection);
  let seen = collection;
  const look = (fresh) => {
    if (element.elements.seen.value === tagOf(seen)) element.elements.seen.value = tagOf(fresh);
    seen = fresh;
  };
  const { id, image } = seen;
  const title = t("collection.image");
  const picture = pictureCard({ title, image, path: id && imageOf(seen) }, async () => {
    const fresh = await api.get(`/collections/${seen.id}`);
    if (same(...[seen, fresh].map((one) => pick(one, Object.keys(BLANK))))) look(fresh);
  });
  const change = () => changes(seen, readFields(element, FIELDS));
  const element = form([
    seen.id && seenMark(seen),
    h("div", { class: "columns" },
      h("div", {}, card(t("collection.about"), drawFields(FIELDS, { ...seen, tops })),
        members.element),
      h("div", {}, picture.element)),
  ], async () => {
    if (!seen.id) return create(readFields(element, FIELDS), members, picture);
    const fields = change();
    if (members.isChanged()) look(await setMembers(seen, members));
    return save(element, seen, members.isChanged() && !Object.keys(fields).length, fields);
  }, { draft, action: seen.id ? t("collection.save") : t("collection.create") });
  return {
    element, seen: () => seen, note: draftNote(draft, Object.keys(change()).length > 0),
  };
}

const setMembers = async (seen, members) =>
  api.put(`/collections/${seen.id}/products`, { product_ids: await members.read() }, seen);

/** `isDone`: nothing but its products was changed. */
async function save(element, seen, isDone, change) {
  if (isDone) {
    toast(t("saved", { name: seen.name }));
    return again();
  }
  return saveChange({
    form: element, path: `/collections/${seen.id}`, seen, change, draft: draftOf(seen),
    names: labelsOf(FIELDS),
  });
}

async function create(values, members, picture) {
  const made = await api.post("/collections", values);
  forgetDraft(draftOf(BLANK));
  toast(t("collection.created", { name: made.name }));
  // It is there, whatever becomes of the rest.
  if (members.isChanged()) await setMembers(made, members).catch(sayProblem);
  await picture.send(imageOf(made));
  go(`${LIST}/${made.id}`, { replace: true });
}
