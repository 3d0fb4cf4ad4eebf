// What the pages outside the frame do.

import "./requests.js";
import "./theme.js";
