// The acts that ask something first (tags, albums, texts), of the image that is shown.

import "../dialogs.js";
import "./refresh.js";

// Goes to the field of the act `id` where the details have one in sight, else opens its dialog; the
// link in the details knows the address.
export function askOf(article, id) {
  const field = article.querySelector(`.details input[data-key="${id}"]`);
  const link = article.querySelector(`.details [data-ask][data-key="${id}"]`);
  if (field?.checkVisibility() && !field.closest("[inert]")) field.focus();
  else if (field) dialogOf(field);
  else if (link) link.click();
  else return false;
  return true;
}

// The field's own form, asked as a dialog.
function dialogOf(field) {
  const link = Object.assign(document.createElement("a"), { href: `${field.form.getAttribute("action")}?ids=${field.form.elements.ids.value}`, hidden: true });
  link.dataset.ask = "";
  field.form.append(link);
  link.click();
  link.remove();
}
