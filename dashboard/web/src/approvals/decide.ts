import type { ApprovalComment, ApprovalStatus } from '../api/types';

export type Action = 'approve' | 'reject' | 'needs-revision';

export const kActions: Action[] = ['approve', 'needs-revision', 'reject'];

export const kActionColors: Record<Action, string> = {
  approve: 'teal.9',
  reject: 'red.8',
  'needs-revision': '#c2410c',
};

export const kStatusColors: Record<ApprovalStatus, string> = {
  pending: 'indigo',
  approved: 'teal',
  rejected: 'red',
  'needs-revision': 'orange',
};

// What the coding agent reads first, besides the comments one by one.
export function annotationsOf(comments: ApprovalComment[]): string {
  return comments
    .map((comment) => (comment.selectedText ? `"${comment.selectedText}": ${comment.comment}` : comment.comment))
    .join('\n');
}

// The hash in an ETag, which binds a decision to what was reviewed.
export function hashOf(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, '').replaceAll('"', '') || undefined;
}
