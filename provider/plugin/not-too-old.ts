import { refuseOldNode } from "./node-version";

// Before anything that an old Node.js does not know is called.
refuseOldNode();
