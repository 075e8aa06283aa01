import { randomBytes } from "node:crypto";
import { newUser } from "./content";
import type { Application, Department, User, Webhook } from "./model";
import type { Module } from "./module";
import * as modules from "./modules";
import type { State } from "./state";

export type ApplicationOptions = Partial<Omit<Application, "id">>;
export type UserOptions = Partial<User>;

const allModules = Object.values<Module>(modules);

export const defaultScopes: readonly string[] = [
  ...["imopenlines", "imconnector", "placement", "contact_center", "im"],
  ...allModules.map(({ scope }) => scope),
];

/** A user with the rights of an ordinary employee, unless told otherwise. */
export function addUser(state: State, options: UserOptions = {}): User {
  const id = options.id ?? state.nextId("user");
  const user: User = {
    ...newUser,
    lastName: String(id),
    email: `user${String(id)}@portal.example`,
    ...options,
    id,
  };
  state.users.set(id, user);
  return user;
}

export function addDepartment(state: State, options: Partial<Department> = {}): Department {
  const id = options.id ?? state.nextId("department") + 1;
  const department = { name: `Department ${String(id)}`, parent: 1, ...options, id };
  state.departments.set(id, department);
  return department;
}

/** An application with every right of its scopes; a local one unless told otherwise. */
export function addApplication(state: State, options: ApplicationOptions = {}): Application {
  const id = state.nextId("application");
  const clientId = options.clientId ?? `local.${randomBytes(7).toString("hex")}.${String(10_000_000 + id)}`;
  const application: Application = {
    clientSecret: randomBytes(25).toString("hex"),
    code: clientId,
    name: `Application ${String(id)}`,
    redirectUri: "https://application.example/oauth",
    scopes: [...defaultScopes],
    status: "L",
    version: 1,
    installed: true,
    active: true,
    paymentExpired: false,
    ...options,
    clientId,
    id,
  };
  state.applications.set(clientId, application);
  return application;
}

/** Removes an application with all that is its own: connectors, handlers, placements, tokens. */
export function removeApplication(state: State, clientId: string): void {
  const { applications, connectors, events, placements } = state;
  applications.delete(clientId);
  for (const one of connectors.all()) if (one.application === clientId) connectors.remove(one.ID, clientId);
  for (const [key, one] of events) if (one.application === clientId) events.delete(key);
  for (const [key, one] of placements) if (one.application === clientId) placements.delete(key);
  for (const { records } of allModules)
    for (const [key, one] of records.of(state)) if (one.application === clientId) records.of(state).delete(key);
}

/** A webhook with every right of its scopes. */
export function addWebhook(state: State, of: { user: User; scopes?: string[] }): Webhook {
  const { user, scopes = [...defaultScopes, "user"] } = of;
  const webhook = { user, scopes, secret: randomBytes(8).toString("hex") };
  state.webhooks.set(`${String(user.id)}/${webhook.secret}`, webhook);
  return webhook;
}
