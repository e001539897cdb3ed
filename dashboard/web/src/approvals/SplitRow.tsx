import type { LinePair } from './pairLines';

export function SplitRow({ pair: [left, right] }: { pair: LinePair }) {
  return (
    <tr>
      <td className="diff-number">{left?.oldLineNumber}</td>
      <td className="diff-half" data-type={left?.type}>
        {left?.content}
      </td>
      <td className="diff-number">{right?.newLineNumber}</td>
      <td className="diff-half" data-type={right?.type}>
        {right?.content}
      </td>
    </tr>
  );
}
