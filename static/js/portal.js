// The one script a page loads besides htmx: names its parts, which are joined when files are collected.
import "./drawer.js";
import "./popover.js";
import "./filters.js";
import "./shortcuts.js";
import "./password.js";
import "./dialog.js";
import "./regions.js";
import "./focus.js";
import "./autosubmit.js";
import "./print.js";
import "./session.js";
import "./webauthn.js";
import "./picker.js";
import "./checkall.js";
import "./picking.js";
import "./mentions.js";
import "./tree.js";
