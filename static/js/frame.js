// What every page in the frame does.

import "./requests.js";
import "./theme.js";
import "./toast.js";
import "./menu.js";
import "./dialogs.js";
import "./tree.js";
import "./keys.js";
import "./undo.js";
import "./commands.js";
