// The test of the connection, loaded as one when it is asked for.
export { openConnectionTest } from "../../elements/connection-test.ts";
export { connectionPort } from "../connection-port.ts";
