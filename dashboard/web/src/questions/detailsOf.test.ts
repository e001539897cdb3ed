import { describe, expect, it } from 'vitest';

import type { Question } from '../api/types';
import { detailsOf } from './detailsOf';

const question: Question = {
  id: 'q',
  title: 'Which calendar?',
  options: [],
  allowFreeText: true,
  allowMultiple: false,
  blocking: true,
  status: 'pending',
  askedAt: '2026-01-02T03:04:05Z',
};

const details = (text: string) => detailsOf({ ...question, text });

describe('the details of a question', () => {
  it('are its text', () => {
    expect(details('People plan differently.')).toBe('People plan differently.');
  });

  it('are nothing when there is no text', () => {
    expect(detailsOf(question)).toBe('');
  });

  it('do not repeat the title', () => {
    expect(details('Which calendar? \r\n\nPeople plan differently.\n\nBy month?')).toBe(
      'People plan differently.\n\nBy month?',
    );
    expect(details('Which calendar?')).toBe('');
  });

  it('keep a first line that says more than the title', () => {
    expect(details('Which calendar? By month?\nOr by week?')).toBe('Which calendar? By month?\nOr by week?');
  });
});
