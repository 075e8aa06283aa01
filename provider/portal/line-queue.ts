import type { Department, LineRecord, Params, QueueEntity, QueueUser, User } from "./model";
import { isArray, isEmpty, isNumeric, isSet, toInteger, toText } from "./php";
import type { Call } from "./call";
import type { State } from "./state";

export type Queue = Pick<LineRecord, "queue" | "configQueue">;

/** The queue of a new line. Bare user IDs are taken too; what is malformed leaves the queue empty. */
export function queueForNew(call: Call, given: unknown): Queue {
  if (!isArray(given) || isEmpty(given)) return queueOfCaller(call);
  const entities = readEntities(given, { bareIds: true, objects: call.state.generation !== "old" });
  return entities === undefined ? { queue: [], configQueue: [] } : orCaller(call, expand(call.state, entities));
}

/** The queue of an update; undefined when the server refuses it. */
export function queueForUpdate(call: Call, given: unknown): Queue | undefined {
  if (call.state.generation === "new") return strictQueue(call, given);
  if (!isArray(given) || isEmpty(given)) return queueOfCaller(call);
  const entities = readEntities(given, { bareIds: true, objects: call.state.generation === "middle" });
  return entities === undefined ? undefined : orCaller(call, expand(call.state, entities));
}

/** New portals want entities, and refuse a queue that is empty or holds nothing but empty departments. */
function strictQueue(call: Call, given: unknown): Queue | undefined {
  if (!isArray(given) || isEmpty(given)) return undefined;
  const entities = readEntities(given, { bareIds: false, objects: true });
  if (entities === undefined) return undefined;
  const queue = expand(call.state, entities);
  const onlyDepartments = entities.every((entity) => entity.ENTITY_TYPE === "department");
  return queue.queue.length === 0 && onlyDepartments ? undefined : orCaller(call, queue);
}

interface Accepted {
  bareIds: boolean;
  objects: boolean;
}

/** The entries of a queue; undefined when one of them is malformed. */
function readEntities(given: object, accepted: Accepted): QueueEntity[] | undefined {
  const entities: QueueEntity[] = [];
  for (const entry of Object.values(given) as unknown[]) {
    const entity = isArray(entry)
      ? accepted.objects && objectEntity(entry as Params)
      : accepted.bareIds && bareEntity(entry);
    if (!entity) return undefined;
    entities.push(entity);
  }
  return entities;
}

function objectEntity({ ENTITY_TYPE: type, ENTITY_ID: id }: Params): QueueEntity | undefined {
  if ((type !== "user" && type !== "department") || !isNumeric(id)) return undefined;
  return { ENTITY_TYPE: type, ENTITY_ID: toText(id) };
}

function bareEntity(id: unknown): QueueEntity | undefined {
  return isNumeric(id) ? { ENTITY_TYPE: "user", ENTITY_ID: toText(id) } : undefined;
}

/** Departments become their users; who does not exist, is inactive or extranet is dropped, twice is once. */
export function expand(state: State, entities: readonly QueueEntity[]): Queue {
  const queue = new Map<number, QueueUser>();
  const kept: QueueEntity[] = [];
  for (const entity of entities) {
    const id = toInteger(entity.ENTITY_ID);
    const isDepartment = entity.ENTITY_TYPE === "department";
    const users = isDepartment
      ? departmentUsers(state, id)
      : [state.users.get(id)].filter((user) => user !== undefined);
    const usable = users.filter((user) => user.active && !user.extranet);
    if (isDepartment ? state.departments.has(id) : usable.length > 0) kept.push(entity);
    for (const user of usable) if (!queue.has(user.id)) queue.set(user.id, queueUser(user.id, isDepartment ? id : 0));
  }
  return { queue: [...queue.values()], configQueue: kept };
}

function departmentUsers(state: State, id: number): User[] {
  const within = new Set<number>();
  const visit = (department: Department | undefined): void => {
    if (department === undefined || within.has(department.id)) return;
    within.add(department.id);
    for (const child of state.departments.values()) if (child.parent === department.id) visit(child);
  };
  visit(state.departments.get(id));
  return [...state.users.values()].filter((user) => user.departments.some((one) => within.has(one)));
}

/** With nobody left the caller takes the line, unless a department without users stands in the queue. */
function orCaller(call: Call, queue: Queue): Queue {
  const holdsDepartment = queue.configQueue.some((entity) => entity.ENTITY_TYPE === "department");
  return queue.queue.length === 0 && !holdsDepartment ? queueOfCaller(call) : queue;
}

function queueOfCaller({ caller }: Call): Queue {
  return {
    queue: [queueUser(caller.user.id, 0)],
    configQueue: [{ ENTITY_TYPE: "user", ENTITY_ID: String(caller.user.id) }],
  };
}

function queueUser(id: number, department: number): QueueUser {
  const card = { USER_NAME: null, USER_WORK_POSITION: null, USER_AVATAR: null, USER_AVATAR_ID: 0 };
  return { USER_ID: id, DEPARTMENT_ID: department, ...card };
}

/** Without `QUEUE_USERS_FIELDS` whoever stays in the queue keeps the card he had. */
export function withFormerCards(queue: readonly QueueUser[], former: readonly QueueUser[]): QueueUser[] {
  return queue.map((user) => {
    const before = former.find(({ USER_ID }) => USER_ID === user.USER_ID);
    return before === undefined ? user : { ...before, DEPARTMENT_ID: user.DEPARTMENT_ID };
  });
}

/** `QUEUE_USERS_FIELDS`: cards of the users; who is not mentioned loses his. */
export function withUserFields(queue: QueueUser[], given: unknown): QueueUser[] {
  if (!isSet(given)) return queue;
  const cards = (isArray(given) ? given : {}) as Params;
  return queue.map((user) => {
    const card = cards[String(user.USER_ID)];
    const fields = (isArray(card) ? card : {}) as Params;
    return {
      ...user,
      USER_NAME: textOrNull(fields["USER_NAME"]),
      USER_WORK_POSITION: textOrNull(fields["USER_WORK_POSITION"]),
      USER_AVATAR: textOrNull(fields["USER_AVATAR"]),
      USER_AVATAR_ID: toInteger(fields["USER_AVATAR_ID"]),
    };
  });
}

function textOrNull(value: unknown): string | null {
  return isEmpty(value) ? null : toText(value);
}
