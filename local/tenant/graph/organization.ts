// /domains, /organization, /directory/deletedItems and getByIds: the rest of what a sync reads.
import { z } from 'zod';
import type { DirectoryObject, Domain, Json } from '../model.ts';
import { demand, may } from './principal.ts';
import { createView } from './fragments.ts';
import { parseOptions, parseSelect } from './options.ts';
import { contextOf, servePage } from './pages.ts';
import type { GraphRequest } from './request.ts';
import type { GraphResponse } from './response.ts';
import { badRequest, denied, jsonResponse, noSegment, notFound } from './response.ts';
import { reachOf } from './users.ts';

const maxIds = 1000;

/** All domains at once, unverified ones included. */
export function listDomains(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read domains');
  const value = request.world.directory.domains.map((domain) => selected(request, showDomain(domain)));
  return entities(request, 'domains', value);
}

export function getDomain(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read domains');
  const id = request.segments[1] ?? '';
  const domain = request.world.directory.domains.find((candidate) => candidate.id === id.toLowerCase());
  if (!domain) throw notFound(id);
  const context = { '@odata.context': contextOf(request.world, 'domains/$entity', undefined) };
  return jsonResponse(JSON.stringify({ ...context, ...selected(request, showDomain(domain)) }));
}

function showDomain(domain: Domain): Readonly<Record<string, Json>> {
  return {
    authenticationType: domain.authenticationType,
    availabilityStatus: null,
    id: domain.id,
    isAdminManaged: true,
    isDefault: domain.isDefault,
    isInitial: domain.isInitial,
    isRoot: domain.isRoot,
    isVerified: domain.isVerified,
    manufacturer: null,
    model: null,
    passwordNotificationWindowInDays: null,
    passwordValidityPeriodInDays: null,
    state: null,
    supportedServices: domain.supportedServices,
  };
}

export function getOrganization(request: GraphRequest): GraphResponse {
  demand(request.principal, 'read organization');
  const { directory } = request.world;
  const organization = {
    id: directory.tenantId,
    displayName: directory.displayName,
    tenantType: 'AAD',
    countryLetterCode: 'US',
    onPremisesSyncEnabled: null,
    verifiedDomains: directory.domains
      .filter((domain) => domain.isVerified)
      .map((domain) => ({
        capabilities: domain.supportedServices.filter((service) => service !== 'Intune').join(', '),
        isDefault: domain.isDefault,
        isInitial: domain.isInitial,
        name: domain.id,
        type: domain.authenticationType,
      })),
  };
  return entities(request, 'organization', [selected(request, organization)]);
}

function entities(
  request: GraphRequest,
  name: string,
  value: readonly Readonly<Record<string, Json>>[],
): GraphResponse {
  const context = contextOf(request.world, name, request.query.get('$select')?.split(','));
  return jsonResponse(JSON.stringify({ '@odata.context': context, value }));
}

function selected(
  request: GraphRequest,
  whole: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const wanted = request.query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  if (!wanted) return whole;
  for (const name of wanted)
    if (!(name in whole)) throw badRequest(`Could not find a property named '${name}'.`);
  return Object.fromEntries(Object.entries(whole).filter(([name]) => wanted.includes(name)));
}

/** Soft-deleted users or groups; the cast is obligatory. */
export function listDeletedItems(request: GraphRequest): GraphResponse {
  const cast = request.segments[2]?.toLowerCase();
  if (cast !== 'microsoft.graph.user' && cast !== 'microsoft.graph.group')
    throw noSegment(request.segments[2] ?? 'deletedItems');
  const type = cast === 'microsoft.graph.user' ? 'user' : 'group';
  demand(request.principal, type === 'user' ? 'read deleted users' : 'read deleted groups');
  const { directory } = request.world;
  const options = parseOptions(request, type, false);
  const collection = {
    context: type === 'user' ? 'users' : 'groups',
    source: type === 'user' ? directory.users : directory.groups,
    accept: (object: DirectoryObject) => object.state === 'deleted',
  };
  return servePage(
    request,
    collection,
    createView(options.select, false, reachOf(request.principal)),
    options,
  );
}

/** `POST /directoryObjects/getByIds`: those of up to 1000 ids that exist, in the order asked for. */
export function getByIds(request: GraphRequest): GraphResponse {
  if (!may(request.principal, 'read users') && !may(request.principal, 'read groups')) throw denied();
  const asked = parseIds(request.body);
  const select = parseSelect(request.query.get('$select'), 'directoryObject');
  const view = createView(select, true, reachOf(request.principal));
  const texts: string[] = [];
  for (const id of asked.ids) {
    const object = request.world.directory.byId(id);
    if (object?.state !== 'live' || (asked.types && !asked.types.includes(object.kind.toLowerCase())))
      continue;
    texts.push(request.world.fragments.textOf(object, view));
  }
  const context = JSON.stringify(contextOf(request.world, 'directoryObjects', select));
  return jsonResponse(`{"@odata.context":${context},"value":[${texts.join(',')}]}`);
}

function parseIds(body: string): {
  readonly ids: readonly string[];
  readonly types: readonly string[] | undefined;
} {
  const shape = z.object({ ids: z.array(z.string()), types: z.array(z.string().toLowerCase()).optional() });
  const parsed = shape.safeParse(parseJson(body));
  if (!parsed.success) throw badRequest('The request body needs a list of ids.');
  if (parsed.data.ids.length > maxIds) throw badRequest(`At most ${maxIds} ids can be read at once.`);
  return { ids: parsed.data.ids, types: parsed.data.types };
}

/** The value of a JSON body, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
