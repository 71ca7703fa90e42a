"""The admin site's own words."""

from django.contrib import admin

admin.site.site_header = "Student module registration"
admin.site.site_title = "Registration"
admin.site.index_title = "Administration"
