"""What a rule rests on."""

from django.db import models


class RestsOnArticle(models.Model):
    """A rule that names the article of a regulation kept here, as "regulation/anchor" ("3/dieu-5"); empty: none.

    The words in `legal_basis` stay what is quoted; the article is where they can be read.
    """

    article = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True

    @property
    def article_address(self) -> str:
        """Where the article is read; empty when none is named."""
        regulation, _slash, anchor = self.article.partition("/")
        return f"/regulations/{regulation}/#{anchor}" if anchor else ""
