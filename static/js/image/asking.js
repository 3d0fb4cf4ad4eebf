// The acts that ask something first (tags, albums, texts), of the image that is shown.

import "../dialogs.js";

// Opens the dialog of the act `id`; its link in the details knows the address.
export function askOf(article, id) {
  const link = article.querySelector(`[data-ask][data-key="${id}"]`);
  if (!link) return false;
  link.click();
  return true;
}
