import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult, INodeProperties } from 'n8n-workflow';
import { failureOf } from '../../providers/management/failure';
import { succeeded } from '../../providers/management/request';
import type { Send } from '../../providers/management/request';
import { listRooms, readRooms, readSaying } from '../../providers/spika/management';
import type { Room } from '../../providers/spika/management';
import { textOf } from '../lifecycle/credential';
import { failureError } from '../lifecycle/failure-error';
import { createSend } from '../lifecycle/send';
import { CREDENTIAL, credentialOf } from './credential';

/** How many of a search that finds nothing are read at a time, ten rooms each. */
const MOST_PAGES = 20;

const ROOM_ADDRESS = 'https?://[^/]+(?:/[^/]+)*/rooms/([0-9]+)';

/** Where the room is chosen: from the list, by its address in the web app, or by its number. */
export const roomProperty: INodeProperties = {
  displayName: 'Room',
  name: 'roomId',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  description: 'The room whose messages start the workflow. Spika calls one webhook of a room only, so that each room can have one such node.',
  displayOptions: { show: { registration: ['automatic'] } },
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: { searchListMethod: 'searchRooms', searchable: true },
    },
    {
      displayName: 'By URL',
      name: 'url',
      type: 'string',
      placeholder: 'e.g. https://spika.example.com/messenger/rooms/42',
      extractValue: { type: 'regex', regex: ROOM_ADDRESS },
      validation: [{ type: 'regex', properties: { regex: `${ROOM_ADDRESS}.*`, errorMessage: 'Not the address of a room: it ends with /rooms/ and a number' } }],
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. 42',
      hint: 'The number at the end of the room\'s address in Spika\'s web app',
      validation: [{ type: 'regex', properties: { regex: '[1-9][0-9]*', errorMessage: 'The ID of a room is a number' } }],
    },
  ],
};

/** The number of the room, whichever way it was given; empty when none is chosen, and what was typed when that is no number. */
export function chosenRoom(context: { getNodeParameter(name: string, fallback: string): unknown }): string {
  const parameter = context.getNodeParameter('roomId', '');
  const typed = textOf(typeof parameter === 'object' && parameter !== null && 'value' in parameter ? parameter.value : parameter);
  return /\/rooms\/(\d+)/.exec(typed)?.[1] ?? typed;
}

/**
 * One page of the rooms that the access token's user is in. With a filter, pages are read on until one has a match,
 * since Spika itself finds rooms of two, which have no name, by none.
 * @param paginationToken the number of the page.
 */
export async function searchRooms(context: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
  const { apiUrl } = credentialOf(await context.getCredentials(CREDENTIAL));
  const send = createSend(context, CREDENTIAL, apiUrl);
  const wanted = (filter ?? '').trim().toLowerCase();
  const first = Number(paginationToken ?? '1');
  for (let page = first; ; page += 1) {
    const { rooms, isLast } = await roomsOn(context, page, send);
    const results = rooms.filter(({ id, name }) => id === wanted || name.toLowerCase().includes(wanted)).map(itemOf);
    const next = page + 1;
    if (isLast) return { results };
    if (results.length > 0 || next - first >= MOST_PAGES) return { results, paginationToken: String(next) };
  }
}

async function roomsOn(context: ILoadOptionsFunctions, page: number, send: Send): Promise<{ readonly rooms: readonly Room[]; readonly isLast: boolean }> {
  const answer = await send(listRooms(page));
  const found = succeeded(answer) ? readRooms(answer.body) : undefined;
  if (found !== undefined) return found;
  const { failure } = failureOf(answer, { provider: 'Spika', action: 'list the rooms', said: readSaying(answer) });
  throw failureError(context.getNode(), failure);
}

function itemOf({ id, name }: Room): INodeListSearchItems {
  return { name, value: id };
}
