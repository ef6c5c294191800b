"""Measures of the form of Nghị định 30/2020/NĐ-CP that both writers share, in millimetres and points."""

PAGE = (210, 297)
TOP = BOTTOM = 20
LEFT = 30
RIGHT = 20
TEXT_WIDTH = PAGE[0] - LEFT - RIGHT
TEXT_WIDTH_LANDSCAPE = PAGE[1] - LEFT - RIGHT
HEAD_COLUMNS = (68, 92)  # who issues; quốc hiệu, tiêu ngữ
CELL_PADDING = 1.5

NATION = "Cộng hòa xã hội chủ nghĩa Việt Nam".upper()
MOTTO = "Độc lập - Tự do - Hạnh phúc"
NATION_SIZE = ISSUER_SIZE = 12
MOTTO_SIZE = 13
ABOUT_SIZE = 14
TABLE_SIZE = 12
RULE_SHARE = 0.4  # of the line above it: between a third and a half

POINTS = 72 / 25.4  # of a millimetre
