"""One article as a marked-up page; and the frame of every page that we write.

Floor: the tables of a study come in, one self-contained HTML page goes out; it needs no network and no script.
"""

from analysis.article_view.document import page
from analysis.article_view.look import article_style
from analysis.article_view.view import ArticleView, article_html

__all__ = ["ArticleView", "article_html", "article_style", "page"]
