// Where a file of the tree is shown. Pure.
import type { DocumentName, SteeringName } from '../api/types';
import { documentPage, projectPage, specPage, steeringPage } from '../pages/paths';

export type Place =
  | { kind: 'document'; spec: string; document: DocumentName; archived: boolean; page: string }
  | { kind: 'steering'; document: SteeringName; page: string }
  | { kind: 'approval'; id: string; page: string }
  | { kind: 'log'; spec: string; page: string };

const kDocument = /^(archive\/)?specs\/([^/]+)\/(requirements|design|tasks)\.md$/;
const kSteering = /^steering\/(product|tech|structure|principles)\.md$/;
const kApproval = /^approvals\/[^/]+\/([^/]+)\.json$/;
const kLog = /^specs\/([^/]+)\/(?:implementation-log\.json|Implementation Logs\/.*)$/;

// Nothing for files that have no page.
export function placeOf(projectId: string, path: string): Place | undefined {
  const [, archive, spec = '', name] = kDocument.exec(path) ?? [];
  if (spec) {
    const document = name as DocumentName;
    const archived = archive !== undefined;
    const page =
      document === 'tasks' && !archived ? specPage(projectId, spec) : documentPage(projectId, spec, document, archived);
    return { kind: 'document', spec, document, archived, page };
  }
  const steering = kSteering.exec(path)?.[1] as SteeringName | undefined;
  if (steering) return { kind: 'steering', document: steering, page: steeringPage(projectId, steering) };
  const id = kApproval.exec(path)?.[1];
  if (id) return { kind: 'approval', id, page: projectPage(projectId, 'approvals', id) };
  const logged = kLog.exec(path)?.[1];
  if (logged)
    return { kind: 'log', spec: logged, page: `${projectPage(projectId, 'logs')}?spec=${encodeURIComponent(logged)}` };
  return undefined;
}
