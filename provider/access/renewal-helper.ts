import { renewInThisProcess } from "./renewal-order";

void renewInThisProcess();
