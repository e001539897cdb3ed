import type { DiffLine } from '../api/types';

const kMarks = { normal: ' ', add: '+', delete: '−' };

export function InlineRow({ line }: { line: DiffLine }) {
  return (
    <tr data-type={line.type}>
      <td className="diff-number">{line.oldLineNumber}</td>
      <td className="diff-number">{line.newLineNumber}</td>
      <td className="diff-mark">{kMarks[line.type]}</td>
      <td>{line.content}</td>
    </tr>
  );
}
