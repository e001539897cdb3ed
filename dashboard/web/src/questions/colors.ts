import type { QuestionStatus } from '../api/types';

export const kStatusColors: Record<QuestionStatus, string> = { pending: 'indigo', answered: 'teal', dismissed: 'gray' };
